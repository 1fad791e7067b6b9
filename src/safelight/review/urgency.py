"""Urgency: in what order cases come, as a sum that whoever asks is told part by part.

The unit is the point, and one point is one hour of waiting. Waiting is the only part that grows with time, and it grows
for all at the same pace: so the order of two cases does not change by waiting, and no row is written again for it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

IMMINENT_POINTS = 100_000
"""More than eleven years of waiting: somebody may be in danger now."""
EXACT_POINTS = 300
NEAR_POINTS = 200
"""For a near match at distance 0; in proportion less towards the threshold, where there are none."""
SOURCE_POINTS, MOST_SOURCES = 100, 3
"""For every source beyond the first, up to this many of them."""
REPEAT_POINTS, MOST_REPEATS = 50, 4
"""For every earlier case about the same account that was confirmed, up to this many of them."""

DEADLINE_STEPS: tuple[tuple[timedelta, int], ...] = (
    (timedelta(0), 2_000),
    (timedelta(days=1), 1_000),
    (timedelta(days=3), 300),
    (timedelta(days=7), 100),
)
"""How near a deadline is, and the points for it; the first that fits counts."""

_POINT_S = 3600
FLAG = "flag"
"""How a complaint is named among the sources; no bank can have this name with the colon."""


class PartName(StrEnum):
    """What a case has points for."""

    IMMINENT = "imminent_danger"
    EXACTNESS = "exactness"
    CORROBORATION = "corroboration"
    REPEATED = "repeated_conduct"
    DEADLINE = "deadline"
    AGE = "age"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the order goes by.

    `nearness` is of the best near match, in percent of its threshold (100 is distance 0). `sources` are the banks that
    matched, and complaints. `repeats` counts earlier confirmed cases about the account. `since_at` is since when it
    waits.
    """

    since_at: datetime
    is_imminent: bool = False
    is_exact: bool = False
    nearness: int = 0
    sources: frozenset[str] = frozenset()
    repeats: int = 0
    deadline_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the sum, and why, in words."""

    name: PartName
    points: int
    why: str


def explain_urgency(facts: Facts, now: datetime) -> tuple[Part, ...]:
    """Return every part of a case's points at a moment, also those that are 0."""
    near = NEAR_POINTS * facts.nearness // 100
    others = min(max(len(facts.sources) - 1, 0), MOST_SOURCES)
    repeats = min(facts.repeats, MOST_REPEATS)
    waited = max(int((now - facts.since_at).total_seconds() // _POINT_S), 0)
    imminent = IMMINENT_POINTS if facts.is_imminent else 0
    matched = "an exact match" if facts.is_exact else f"a near match, {facts.nearness} % near" if near else "no match"
    return (
        Part(name=PartName.IMMINENT, points=imminent, why="a reviewer says so" if imminent else "nobody says so"),
        Part(name=PartName.EXACTNESS, points=EXACT_POINTS if facts.is_exact else near, why=matched),
        Part(name=PartName.CORROBORATION, points=SOURCE_POINTS * others, why=f"{len(facts.sources)} sources"),
        Part(name=PartName.REPEATED, points=REPEAT_POINTS * repeats, why=f"{facts.repeats} confirmed cases before"),
        Part(name=PartName.DEADLINE, points=_deadline_points(facts.deadline_at, now), why=_deadline_words(facts, now)),
        Part(name=PartName.AGE, points=waited, why=f"{waited} hours"),
    )


def points_of(facts: Facts, now: datetime) -> int:
    """Return the sum of all parts but the age, which grows by itself."""
    return sum(part.points for part in explain_urgency(facts, now) if part.name is not PartName.AGE)


def place_of(facts: Facts, now: datetime) -> int:
    """Return the place in the queue: the smaller, the sooner. In seconds: when a case of no points would stand here."""
    return int(facts.since_at.timestamp()) - points_of(facts, now) * _POINT_S


def next_step_at(facts: Facts, now: datetime) -> datetime | None:
    """Return when the deadline's points change next; None where they do not any more, or there is no deadline."""
    if facts.deadline_at is None:
        return None
    steps = [facts.deadline_at - span for span, _ in DEADLINE_STEPS]
    return min((step for step in steps if step > now), default=None)


def _deadline_points(deadline_at: datetime | None, now: datetime) -> int:
    if deadline_at is None:
        return 0
    return next((points for span, points in DEADLINE_STEPS if deadline_at - now <= span), 0)


def _deadline_words(facts: Facts, now: datetime) -> str:
    if facts.deadline_at is None:
        return "none"
    hours = int((facts.deadline_at - now).total_seconds() // 3600)
    return f"in {hours} hours" if hours >= 0 else f"{-hours} hours ago"
