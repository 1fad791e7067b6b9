"""Calls: what was said to an authority and what it answered, kept sealed, word for word."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CallKind(StrEnum):
    """What a call is for."""

    OPEN = "open"
    UPLOAD = "upload"
    DESCRIBE = "describe"
    FINISH = "finish"
    RETRACT = "retract"


class CallOutcome(StrEnum):
    """What came of it."""

    INTENDED = "intended"
    """It was about to be made: whether it was, nobody here knows."""
    DONE = "done"
    REFUSED = "refused"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call. `http_status`, `code` and `request_id` are the authority's, None or "" where it gave none.

    What was sent and what came is sealed under the report's key; `sent_sha256` and `received_sha256` are the digests of
    it, empty for none. Files that were uploaded are evidence, and are not kept a second time.
    """

    id: int
    report_id: int
    attempt_id: int
    kind: CallKind
    outcome: CallOutcome
    evidence_id: str
    intended_at: datetime
    answered_at: datetime | None
    http_status: int | None
    code: int | None
    request_id: str
    sent_sha256: str
    received_sha256: str
