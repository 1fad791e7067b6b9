"""Lifts: more than the limits allow, for a short time, asked by one person and granted by another."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from safelight.access.names import name_key
from safelight.errors import InvalidValue
from safelight.roles import Actor

LONGEST_LIFT = timedelta(days=7)
MOST_EXTRA_MINUTES = 120
LONGEST_REASON = 1000


class LiftKind(StrEnum):
    """What is set aside. Breaks and the categories that a person opted out of never are: there is no kind for them."""

    MINUTES = "minutes"
    HOURS = "hours"
    ROTATION = "rotation"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLift:
    """What somebody asks for: `extra_minutes` a day for MINUTES, at every level; 0 for the other kinds."""

    person_id: int
    kind: LiftKind
    extra_minutes: int
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """A lift that was asked for. It counts from when it was granted until its end."""

    id: int
    person_id: int
    kind: LiftKind
    extra_minutes: int
    until: datetime
    reason: str
    asked_at: datetime
    asked_by: Actor
    granted_at: datetime | None = None
    granted_by: Actor | None = None

    def counts_at(self, moment: datetime) -> bool:
        """Whether it counts at a moment."""
        return self.granted_at is not None and self.granted_at <= moment < self.until


def check_new_lift(new: NewLift, now: datetime) -> None:
    """Raise `InvalidValue` unless a lift has a reason, an end within a week, and minutes where it is about those."""
    if not new.reason.strip() or len(new.reason) > LONGEST_REASON:
        raise InvalidValue(f"To lift a limit takes a reason of up to {LONGEST_REASON} characters. Nothing was asked.")
    if not now < new.until <= now + LONGEST_LIFT:
        raise InvalidValue(f"A lift ends within {LONGEST_LIFT.days} days from now. Nothing was asked.")
    least, most = (1, MOST_EXTRA_MINUTES) if new.kind is LiftKind.MINUTES else (0, 0)
    if not least <= new.extra_minutes <= most:
        raise InvalidValue(
            f"A lift of minutes gives 1 to {MOST_EXTRA_MINUTES} more a day, other kinds none. Nothing was asked."
        )


def may_grant(lift: Lift, granter: str, person_name: str) -> str:
    """Return why somebody may not grant a lift, or nothing where they may.

    They may if (1) they are not the one who asked, and (2) they are not the one whose limits are lifted. People are
    told apart by their name alone, in whatever letters. Single-person mode changes nothing: this protects that person.
    """
    if name_key(granter) == name_key(lift.asked_by.name):
        return "who asked for it cannot grant it"
    if name_key(granter) == name_key(person_name):
        return "nobody lifts their own limits"
    return ""
