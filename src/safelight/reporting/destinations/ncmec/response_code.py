"""Response codes: what each says, and what follows from it.

The codes and their meanings are those that the authority's documentation is quoted with, which calls its list not
exhaustive (facts/standards.md section 2; facts/review-and-reporting.md 2.2). What follows from each is our reading of
them, not the authority's word: again only where its own side failed, never where it refused; whatever is not known is
shown to a person and not tried again.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class ResponseCode(IntEnum):
    """The codes that are known."""

    OK = 0
    SERVER_ERROR = 1000
    SAVE_FAILED = 1100
    UPLOAD_FAILED = 1110
    FILE_UPLOAD_FAILED = 1111
    RESOURCE_NOT_FOUND = 1210
    UPDATE_FAILED = 1300
    AUTHENTICATION_REQUIRED = 2000
    NOT_AUTHORISED = 3000
    MAY_NOT_SUBMIT = 3100
    MAY_NOT_UPDATE = 3300
    INVALID_REQUEST = 4000
    VALIDATION_FAILED = 4100
    MALFORMED_XML = 4110
    MALFORMED_FILE = 4200
    NO_SUCH_REPORT = 5001
    NO_SUCH_FILE = 5002
    ALREADY_RETRACTED = 5101
    ALREADY_FINISHED = 5102


class Effect(StrEnum):
    """What follows from an answer.

    `again`: the authority's side failed; the call may be made again later, after it is known what became of this one.
    `final`: it was refused for what it is; the same again is refused again. `alarm`: nothing more is sent until a
    person has looked. `unclear`: it may have been done or not; the retract oracle tells.
    """

    DONE = "done"
    AGAIN = "again"
    FINAL = "final"
    ALARM = "alarm"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a code says, as a sentence for people, and what follows."""

    sentence: str
    effect: Effect


_OWN_SIDE = "Try again later."
_STOP = "Nothing more is sent until this is settled."
MEANINGS: dict[ResponseCode, Meaning] = {
    ResponseCode.OK: Meaning(sentence="Done.", effect=Effect.DONE),
    ResponseCode.SERVER_ERROR: Meaning(sentence=f"The authority's server failed. {_OWN_SIDE}", effect=Effect.AGAIN),
    ResponseCode.SAVE_FAILED: Meaning(sentence=f"The authority could not save it. {_OWN_SIDE}", effect=Effect.AGAIN),
    ResponseCode.UPLOAD_FAILED: Meaning(
        sentence=f"The authority could not take the upload. {_OWN_SIDE}", effect=Effect.AGAIN
    ),
    ResponseCode.FILE_UPLOAD_FAILED: Meaning(
        sentence=f"The authority could not take the file. {_OWN_SIDE}", effect=Effect.AGAIN
    ),
    ResponseCode.RESOURCE_NOT_FOUND: Meaning(
        sentence=f"The authority has nothing at the address that was called. Check the address. {_STOP}",
        effect=Effect.ALARM,
    ),
    ResponseCode.UPDATE_FAILED: Meaning(
        sentence=f"The authority could not update it. {_OWN_SIDE}", effect=Effect.AGAIN
    ),
    ResponseCode.AUTHENTICATION_REQUIRED: Meaning(
        sentence=f"The authority does not know the credentials. Check them. {_STOP}", effect=Effect.ALARM
    ),
    ResponseCode.NOT_AUTHORISED: Meaning(
        sentence=f"The account may not do this. Ask the authority. {_STOP}", effect=Effect.ALARM
    ),
    ResponseCode.MAY_NOT_SUBMIT: Meaning(
        sentence=f"The account may not submit reports. Ask the authority. {_STOP}", effect=Effect.ALARM
    ),
    ResponseCode.MAY_NOT_UPDATE: Meaning(
        sentence=f"The account may not update reports. Ask the authority. {_STOP}", effect=Effect.ALARM
    ),
    ResponseCode.INVALID_REQUEST: Meaning(
        sentence="The authority takes the request for invalid. Correct the report.", effect=Effect.FINAL
    ),
    ResponseCode.VALIDATION_FAILED: Meaning(
        sentence="The report breaks the authority's schema or rules. Correct it; its description says where.",
        effect=Effect.FINAL,
    ),
    ResponseCode.MALFORMED_XML: Meaning(
        sentence="The authority cannot read the XML. This is a fault of ours: report it.", effect=Effect.FINAL
    ),
    ResponseCode.MALFORMED_FILE: Meaning(
        sentence="The authority cannot take the file as it is. Look at it.", effect=Effect.FINAL
    ),
    ResponseCode.NO_SUCH_REPORT: Meaning(
        sentence="The authority has no such report: it has expired, or never was.", effect=Effect.FINAL
    ),
    ResponseCode.NO_SUCH_FILE: Meaning(sentence="The authority has no such file.", effect=Effect.FINAL),
    ResponseCode.ALREADY_RETRACTED: Meaning(sentence="The report was retracted before.", effect=Effect.FINAL),
    ResponseCode.ALREADY_FINISHED: Meaning(
        sentence="The report was finished before: it is filed.", effect=Effect.FINAL
    ),
}
_UNKNOWN = Meaning(
    sentence=f"The authority answers with a code that is not known here. Ask the authority. {_STOP}",
    effect=Effect.ALARM,
)


def meaning_of(code: int) -> Meaning:
    """Return what a code says. One that is not known alarms, and is never tried again by itself."""
    return MEANINGS[ResponseCode(code)] if code in set(ResponseCode) else _UNKNOWN


def effect_of(http_status: int, code: int | None) -> Effect:
    """Return what follows from both, HTTP status and response code; `code` is None where no answer could be read.

    1. An error code decides, whatever the HTTP status: old recordings show 200 with an error code.
    2. Code 0 is believed under a status of success alone. Under another it is unclear what was done.
    3. Without a code: a status of success is unclear, 5xx and 429 may be tried again, all else alarms (401 may come
       with an empty body).
    """
    is_success = 200 <= http_status <= 299
    if code is not None and code != ResponseCode.OK:
        return meaning_of(code).effect
    if code is not None:
        return Effect.DONE if is_success else Effect.UNCLEAR
    if is_success:
        return Effect.UNCLEAR
    return Effect.AGAIN if http_status >= 500 or http_status == 429 else Effect.ALARM
