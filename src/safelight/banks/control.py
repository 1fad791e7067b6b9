"""Controls of single entries: a threshold of its own, what our own reviewers found, quarantine."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from safelight.roles import Actor


class Opinion(StrEnum):
    """What our own reviewers found of an entry, by what it matched here."""

    CONFIRMED = "confirmed"
    """It is what its list says it is."""
    DECONFIRMED = "deconfirmed"
    """It is not: the entry is a mistake of its list. The bank's policy says what becomes of its matches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryControl:
    """All that was set for one entry beyond what its list says. Only an exceptional entry has any.

    `threshold` is None where the bank's own counts. `released_count` is the most media in one hour that the entry had
    matched when a person last released it from quarantine.
    """

    entry_id: int
    bank_id: int
    threshold: int | None = None
    opinion: Opinion | None = None
    opinion_by: Actor | None = None
    opinion_at: datetime | None = None
    opinion_reason: str = ""
    quarantined_at: datetime | None = None
    quarantine_reason: str = ""
    released_at: datetime | None = None
    released_count: int = 0

    @property
    def is_quarantined(self) -> bool:
        """Whether the entry's matches are still counted, but make no cases."""
        return self.quarantined_at is not None

    @property
    def is_exceptional(self) -> bool:
        """Whether anything is set at all."""
        exceptions = (self.threshold, self.opinion, self.quarantined_at, self.released_at)
        return any(exception is not None for exception in exceptions)
