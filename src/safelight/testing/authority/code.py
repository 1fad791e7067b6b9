"""The response codes that are known, and the HTTP status with which the fake tells each."""

from enum import IntEnum


class Code(IntEnum):
    """A response code. The authority says that its list is not exhaustive."""

    SUCCESS = 0
    SERVER_ERROR = 1000
    SAVE_FAILED = 1100
    UPLOAD_FAILED = 1110
    FILE_UPLOAD_FAILED = 1111
    NOT_FOUND = 1210
    UPDATE_FAILED = 1300
    UNAUTHENTICATED = 2000
    NOT_AUTHORISED = 3000
    MAY_NOT_SUBMIT = 3100
    MAY_NOT_UPDATE = 3300
    INVALID_REQUEST = 4000
    INVALID = 4100
    MALFORMED_XML = 4110
    MALFORMED_FILE = 4200
    NO_REPORT = 5001
    NO_FILE = 5002
    RETRACTED = 5101
    FINISHED = 5102


MEANINGS: dict[int, str] = {
    Code.SUCCESS: "Success",
    Code.SERVER_ERROR: "Server error",
    Code.SAVE_FAILED: "Save failed",
    Code.UPLOAD_FAILED: "Upload failed",
    Code.FILE_UPLOAD_FAILED: "File upload failed",
    Code.NOT_FOUND: "Resource not found",
    Code.UPDATE_FAILED: "Update failed",
    Code.UNAUTHENTICATED: "Authentication required",
    Code.NOT_AUTHORISED: "Not authorised",
    Code.MAY_NOT_SUBMIT: "Not authorised to submit",
    Code.MAY_NOT_UPDATE: "Not authorised to update",
    Code.INVALID_REQUEST: "Invalid request",
    Code.INVALID: "Validation failed",
    Code.MALFORMED_XML: "Malformed XML",
    Code.MALFORMED_FILE: "Malformed file",
    Code.NO_REPORT: "Report does not exist",
    Code.NO_FILE: "File does not exist",
    Code.RETRACTED: "Report already retracted",
    Code.FINISHED: "Report already finished",
}
"""What the fake says with a code where nothing more exact is known."""


def status_of(code: int) -> int:
    """Return the HTTP status of a code. Only that of 4100 at `/finish` is documented: the others are our choice."""
    exact = {0: 200, 1210: 404, 2000: 401, 5001: 404, 5002: 404}
    return exact.get(code) or {1: 500, 3: 403}.get(code // 1000, 400)
