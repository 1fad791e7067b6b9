"""Lines of a budget: of each time, how much is used, how much there is, and how much is left."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.review.exposure.figures import OwnFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLine:
    """One time of a day, in minutes. The text `dose.budget.<name>` says which."""

    name: str
    used: int
    most: int

    @property
    def left(self) -> int:
        """What is left."""
        return max(self.most - self.used, 0)


def budget_lines(own: OwnFigures, now: datetime) -> list[BudgetLine]:
    """Return the times of a person's day, with what a lift adds to them now."""
    limits, extra = own.budget.limits, own.budget.extra_time(now) // timedelta(minutes=1)
    return [
        BudgetLine(name="review", used=own.review_minutes, most=limits.minutes_per_day + extra),
        BudgetLine(name="large", used=own.large_minutes, most=limits.large_minutes_per_day + extra),
        BudgetLine(name="original", used=own.original_minutes, most=limits.original_minutes_per_day + extra),
        BudgetLine(name="since_break", used=own.since_break_minutes, most=limits.break_after_minutes),
    ]


def until_break(own: OwnFigures) -> int:
    """Return after how many more minutes at review a break comes."""
    return max(own.budget.limits.break_after_minutes - own.since_break_minutes, 0)
