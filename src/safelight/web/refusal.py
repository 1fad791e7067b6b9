"""Refusals: what any door says when something was not done. Each door only puts it into the form its clients read."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from safelight.errors import (
    AlreadyExists,
    ChangedMeanwhile,
    ClaimLost,
    ClockWrong,
    DatabaseUnusable,
    EvidenceHeld,
    ExposureRefused,
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
from safelight.intake.spool import ContentTooLarge
from safelight.web.answer import BodyTooLarge
from safelight.web.arriving import ArrivalCutOff
from safelight.web.places import NoPlace

_BY_ERROR: tuple[tuple[type[SafelightError], int], ...] = (
    (NotFound, 404),
    (AlreadyExists, 409),
    (ImportRunning, 409),
    (EvidenceHeld, 409),
    (ClaimLost, 409),
    (ExposureRefused, 403),
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
    (ClockWrong, 503),
    (SandboxUnavailable, 503),
    (RequestInFlight, 409),
    (SpoolFull, 503),
    (OutboundTimedOut, 504),
    (OutboundTooLarge, 413),
    (OutboundFailed, 502),
    (SafelightError, 500),
)

COME_AGAIN_S = 5
"""After how many seconds to come again where nothing else is known: what is in the way is often gone by then."""

_TWIN_S = 10
_LATER_S = 60
BUSY = "busy"
_WORDS = {404: ("not_found", "There is no such path."), 405: ("method_not_allowed", "This path takes other methods.")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why something was not done: an HTTP status, our stable code, a sentence for people, and headers that belong."""

    status: int
    code: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)


FAULT = Refusal(
    status=500, code="error", detail="A fault of ours: the log tells it. Nothing is known of what was done."
)
"""What is said of anything that nobody foresaw."""

Tell = Callable[[Refusal], Response]
"""A door's manner: puts a refusal into an answer."""


def status_of(error: SafelightError) -> int:
    """Return the HTTP status of an error."""
    return next(status for kind, status in _BY_ERROR if isinstance(error, kind))


def refusal_of(error: Exception) -> Refusal:
    """Return what is said of an error. Of one that nobody foresaw its text is left out: it may hold a value."""
    match error:
        case SafelightError():
            return Refusal(
                status=status_of(error), code=error.code, detail=str(error), headers=_headers(error, status_of(error))
            )
        case BodyTooLarge():
            return Refusal(status=413, code="too_large", detail=str(error))
        case ContentTooLarge():
            detail = f"The media is too large: {error}. Nothing of it was kept."
            return Refusal(status=413, code="too_large", detail=detail)
        case ArrivalCutOff() | ClientDisconnect():
            return Refusal(status=408, code="cut_off", detail=str(error) or "The sender went away. Nothing was kept.")
        case NoPlace():
            headers = {"Retry-After": str(error.retry_after_s)}
            return Refusal(status=503, code=BUSY, detail=str(error), headers=headers)
        case HTTPException():
            code, detail = _WORDS.get(error.status_code, ("usage", str(error.detail)))
            return Refusal(status=error.status_code, code=code, detail=detail, headers=error.headers or {})
    return FAULT


def ignore(_refusal: Refusal) -> None:
    """Take no note of a refusal."""


def tell_refusals(app: Starlette, tell: Tell, *, note: Callable[[Refusal], None] = ignore) -> None:
    """Have an application tell every error in a door's manner, and note it. What nobody foresaw is raised on too."""

    async def refuse(_request: Request, error: Exception) -> Response:
        refusal = refusal_of(error)
        note(refusal)
        return tell(refusal)

    kinds = (SafelightError, BodyTooLarge, ContentTooLarge, ArrivalCutOff, ClientDisconnect, NoPlace, HTTPException)
    for kind in (*kinds, Exception):
        app.add_exception_handler(kind, refuse)


def _headers(error: SafelightError, status: int) -> dict[str, str]:
    if isinstance(error, Unauthenticated):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, RateLimited):
        return {"Retry-After": str(max(1, math.ceil(error.retry_after_s)))}
    if isinstance(error, RequestInFlight):
        return {"Retry-After": str(_TWIN_S)}
    if isinstance(error, SpoolFull):
        return {"Retry-After": str(_LATER_S)}
    return {"Retry-After": str(COME_AGAIN_S)} if status == 503 else {}
