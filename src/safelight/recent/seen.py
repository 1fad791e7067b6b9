"""Seen: what is kept of media that matched nothing, until an entry comes that it matches or its time is over."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from safelight.hashing.signal import Signal


class SeenState(StrEnum):
    """What is still to be done with media that was seen."""

    WAITING = "waiting"
    """Nothing: it was held against all that counted up to the mark's checkpoint."""
    BEHIND = "behind"
    """It came in with a scan that knew less than what the others were held against by then."""
    NEAR = "near"
    """It may match something now, and is to be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Media that was scanned and matched nothing.

    `signals` are those of the scan, all of them, and `media_digest` its SHA-256: with them it is matched as a scan
    would match it. `bank_ids` are the only banks that it may be matched against, as its sender's were; None is every
    one. `key_id` is the API key that sent it, `content_id` and `subject_id` are the platform's own. There is no name,
    no address and no URL.
    """

    media_digest: bytes
    signals: tuple[Signal, ...]
    subject_id: str = ""
    content_id: str = ""
    key_id: int | None = None
    bank_ids: frozenset[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSeen:
    """What is to be kept: `sealed` is a `Seen`; `position` is the last change of the banks that its scan knew."""

    seen_at: datetime
    position: int
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRow:
    """What was kept, under its number. `counted` are the entries that it was counted for by the flood guard."""

    id: int
    sealed: bytes
    counted: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTotals:
    """How many media are kept, since when the oldest is, and how many matched later, exactly and nearly."""

    media: int
    oldest_at: datetime | None
    exact_matches: int
    near_matches: int
