"""What is measured of cases and items: times, findings and sources. Nobody is named, and no account."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from safelight.review.case import CaseState, ItemKind
from safelight.review.decision import Finding, IncidentType


class SourceKind(StrEnum):
    """By what something came to belong to a case."""

    BANK = "bank"
    COMPLAINT = "complaint"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Source:
    """What brought something into a case. `bank_name` is empty for what no bank brought."""

    kind: SourceKind
    bank_name: str = ""

    @property
    def label(self) -> str:
        """How a row of figures names it."""
        return f"bank {self.bank_name}" if self.kind is SourceKind.BANK else self.kind.value


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTimes:
    """One case: when its first item came, and what was decided. A finding that holds no more does not count.

    `confirmed_at` is when the first thing in it was confirmed, `last_found_at` when the last finding that holds came.
    """

    case_id: int
    state: CaseState
    opened_at: datetime
    first_item_at: datetime
    items: int
    confirmed_at: datetime | None
    last_found_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTimes:
    """One item: how it came, and what holds of it, None while nothing does. `is_by_path`: nobody decided."""

    item_id: int
    case_id: int
    kind: ItemKind
    added_at: datetime
    finding: Finding | None
    incident_type: IncidentType | None
    is_by_path: bool
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """A finding that holds no more since another was found of the same item."""

    item_id: int
    was: Finding
    became: Finding
    incident_type: IncidentType | None
    became_at: datetime
