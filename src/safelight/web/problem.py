"""Problem answers (RFC 9457): every error in one form, with our stable code and without anything of the request."""

import math
from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json
from starlette.responses import Response

from safelight.errors import (
    AlreadyExists,
    ChangedMeanwhile,
    DatabaseUnusable,
    EvidenceHeld,
    IdempotencyConflict,
    ImportRunning,
    InvalidValue,
    KeysUnusable,
    ListRefused,
    NotAllowed,
    NotFound,
    NothingToMatch,
    OutboundFailed,
    OutboundTimedOut,
    OutboundTooLarge,
    RateLimited,
    RequestInFlight,
    SafelightError,
    SandboxUnavailable,
    SpoolFull,
    StoreUnusable,
    Unauthenticated,
    UsageError,
)

MEDIA_TYPE = "application/problem+json"
DOCUMENT = "docs/reference/errors.md"

_COME_AGAIN_S = 60
_TWIN_S = 10
_SOON_S = 5
"""When to come again where nobody knows when what is missing will be there: clients try a 503 again by this alone."""

_BY_ERROR: tuple[tuple[type[SafelightError], int], ...] = (
    (NotFound, 404),
    (AlreadyExists, 409),
    (ImportRunning, 409),
    (EvidenceHeld, 409),
    (NothingToMatch, 503),  # no fault of who asks: the operator has no bank filled yet
    (Unauthenticated, 401),
    (NotAllowed, 403),
    (RateLimited, 429),
    (InvalidValue, 422),
    (ListRefused, 422),
    (IdempotencyConflict, 422),
    (ChangedMeanwhile, 412),
    (UsageError, 400),
    (DatabaseUnusable, 503),
    (KeysUnusable, 503),
    (StoreUnusable, 503),
    (SandboxUnavailable, 503),
    (RequestInFlight, 409),
    (SpoolFull, 503),
    (OutboundTimedOut, 504),
    (OutboundTooLarge, 413),
    (OutboundFailed, 502),
    (SafelightError, 500),
)

TITLES = {
    400: "The request cannot be carried out as it was given",
    401: "A valid key is needed",
    403: "The key does not allow this",
    404: "There is no such thing",
    405: "This address does not take this method",
    408: "The request did not arrive in time",
    409: "It does not go with what is there",
    411: "The length of the body must be told",
    412: "It was changed meanwhile",
    413: "More came than may come",
    415: "The body is of a type that is not taken here",
    422: "A value is not of the right form",
    429: "Too many requests",
    431: "The headers are too large",
    500: "A fault of ours",
    502: "The other side did not answer as it should",
    503: "Not available for now",
    504: "The other side took too long",
}


def status_of(error: SafelightError) -> int:
    """Return the HTTP status of an error."""
    return next(status for kind, status in _BY_ERROR if isinstance(error, kind))


def answer_error(error: SafelightError) -> Response:
    """Return the problem answer of one of our errors."""
    return answer_problem(status_of(error), error.code, str(error), headers=_headers_of(error))


def _headers_of(error: SafelightError) -> dict[str, str]:
    if isinstance(error, Unauthenticated):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, RequestInFlight):
        return {"Retry-After": str(_TWIN_S)}
    if isinstance(error, SpoolFull):
        return {"Retry-After": str(_COME_AGAIN_S)}
    if isinstance(error, RateLimited):
        return {"Retry-After": str(max(1, math.ceil(error.retry_after_s)))}
    return {"Retry-After": str(_SOON_S)} if status_of(error) == 503 else {}


def answer_problem(
    status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """Return a problem answer: `type` names where the code is explained, `detail` says what to do."""
    told = {"type": f"{DOCUMENT}#{code}", "title": TITLES.get(status, "Not done"), "status": status, "code": code}
    body = to_json({**told, "detail": detail, **more})
    return Response(body, status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def answer_fault() -> Response:
    """Return the answer of what nobody foresaw, without anything of it."""
    return answer_problem(500, "error", "A fault of ours: the log tells it. Nothing is known of what was done.")
