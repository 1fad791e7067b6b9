"""What doors show of evidence: its size, its times, and until when it is kept. Nothing of what is sealed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EvidenceState(StrEnum):
    """What became of evidence."""

    LIVING = "living"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFacts:
    """One sealing of bytes, as lists show it.

    `holds` counts those that were not released. `kept_until` is the end of the longest of them: None where there is
    none, and where `is_open_ended` says that the end of one is not known yet.
    """

    id: str
    size_bytes: int
    sealed_at: datetime
    destroyed_at: datetime | None
    holds: int
    is_open_ended: bool
    kept_until: datetime | None

    @property
    def state(self) -> EvidenceState:
        """What became of it."""
        return EvidenceState.LIVING if self.destroyed_at is None else EvidenceState.DESTROYED

    def is_held(self, at: datetime) -> bool:
        """Whether a hold keeps it at a moment, or will: one that is not released and has not ended."""
        return self.is_open_ended or (self.kept_until is not None and self.kept_until > at)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTotals:
    """How much is in the sealed spool for one reason, or waits there to be scanned, and when the oldest of it came."""

    media: int
    size_bytes: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFacts:
    """Bytes in the sealed spool, as lists show them: they wait to be scanned, or are held because they could not be.

    `held_for` is the reason why they could not be, empty while they wait.
    """

    id: str
    size_bytes: int
    kept_at: datetime
    held_at: datetime | None
    held_for: str

    @property
    def is_held(self) -> bool:
        """Whether only a person, or the end of their time, moves them on."""
        return self.held_at is not None
