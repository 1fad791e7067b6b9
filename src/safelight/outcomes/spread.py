"""Spreads: how long things took, as a median and a ninetieth percentile, where there are enough of them."""

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median

FEWEST_TIMES = 5
"""Of fewer, no time is told: the median of one case is that case's own time, and may be one person's pace."""

_HOUR_S = 3600.0


def month_of(at: datetime) -> str:
    """Return the month of a moment, in UTC, such as `2027-01`."""
    in_utc = at.astimezone(UTC)
    return f"{in_utc.year:04}-{in_utc.month:02}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How long something took, in hours, of `count` times; None where there were too few."""

    count: int
    median_hours: float | None
    p90_hours: float | None


@dataclass(slots=True)
class Times:
    """Collects times."""

    _hours: list[float] = field(default_factory=list)

    def add(self, from_at: datetime | None, to_at: datetime | None) -> None:
        """Add the time between two moments; nothing where one of them is not known.

        What seems to end before it began took no time: moments that others tell are dates, or of other clocks.
        """
        if from_at is not None and to_at is not None:
            self._hours.append(max(0.0, (to_at - from_at).total_seconds() / _HOUR_S))

    def spread(self) -> Spread:
        """Return how long it took. The ninetieth percentile is by nearest rank: a time that there was."""
        count = len(self._hours)
        if count < FEWEST_TIMES:
            return Spread(count=count, median_hours=None, p90_hours=None)
        hours = sorted(self._hours)
        p90 = hours[math.ceil(0.9 * count) - 1]
        return Spread(count=count, median_hours=round(median(hours), 2), p90_hours=round(p90, 2))
