"""Figures: what a person sees of their own dose, and what may be told of all together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from safelight.errors import InvalidValue
from safelight.review.exposure.dose import looks_of_day, review_time, shown_time, since_break
from safelight.review.exposure.exposure import Look
from safelight.review.exposure.guard import Allowed, Budget, Past, Refused, may_work
from safelight.review.exposure.level import Level
from safelight.review.exposure.limits import day_start, find_zone

FEWEST_PEOPLE = 5
"""A sum is told only of at least so many people beside the one who asks."""

LEAST_SHARE = timedelta(minutes=10)
"""Who was at review for less in a week does not count towards those: a sum of one and four who hardly came is one's."""

MOST_WEEKS_BACK = 26
_WEEK = timedelta(days=7)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFigures:
    """A person's own day: what they see first, and nobody else does. Times are in whole minutes.

    `standing` says whether the queue goes on now, until when, or why it pauses.
    """

    review_minutes: int
    large_minutes: int
    original_minutes: int
    pictures: int
    since_break_minutes: int
    days_in_a_row: int
    budget: Budget
    standing: Allowed | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamWeek:
    """The sums of one week that has ended, over everybody: whole hours, and pictures to the next ten.

    `hours` and `pictures` are None where too few people were at review for a sum to hide each of them.
    """

    began_at: datetime
    hours: int | None
    pictures: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDay:
    """What a person was shown on one day, by the clock on their wall. Times are in whole minutes.

    `pictures` counts them by level; a level of which there was none is missing.
    """

    day: date
    review_minutes: int
    large_minutes: int
    original_minutes: int
    pictures: Mapping[Level, int]


def own_days(looks: Sequence[Look], zone: tzinfo) -> list[OwnDay]:
    """Return the days on which a person was shown pictures, the latest first."""
    by_day: dict[date, list[Look]] = {}
    for look in looks:
        by_day.setdefault(look.began_at.astimezone(zone).date(), []).append(look)
    return [_own_day(day, by_day[day]) for day in sorted(by_day, reverse=True)]


def own_figures(now: datetime, budget: Budget, past: Past) -> OwnFigures:
    """Return a person's figures of the present day."""
    midnight = day_start(now, find_zone(budget.limits.time_zone))
    today = looks_of_day(past.looks, midnight, now)
    pause = timedelta(minutes=budget.limits.break_minutes)
    return OwnFigures(
        review_minutes=_minutes(review_time(today)),
        large_minutes=_minutes(shown_time(today, Level.LARGE)),
        original_minutes=_minutes(shown_time(today, Level.ORIGINAL)),
        pictures=len(today),
        since_break_minutes=_minutes(since_break(past.looks, now, pause)),
        days_in_a_row=past.days_in_a_row,
        budget=budget,
        standing=may_work(now, budget, past),
    )


def _own_day(day: date, looks: Sequence[Look]) -> OwnDay:
    return OwnDay(
        day=day,
        review_minutes=_minutes(review_time(looks)),
        large_minutes=_minutes(shown_time(looks, Level.LARGE)),
        original_minutes=_minutes(shown_time(looks, Level.ORIGINAL)),
        pictures=Counter(look.level for look in looks),
    )


def week_starts(now: datetime, weeks: int) -> list[datetime]:
    """Return when the last weeks began that have ended, the latest first: Mondays, by UTC.

    Only whole weeks that are over are told of, so that no two questions are about weeks that overlap, and asking before
    and after somebody's shift tells nothing. Raises `InvalidValue`.
    """
    if not 1 <= weeks <= MOST_WEEKS_BACK:
        raise InvalidValue(f"Sums are told of the last 1 to {MOST_WEEKS_BACK} weeks, not {weeks}.")
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    return [monday - _WEEK * back for back in range(1, weeks + 1)]


def sum_week(began_at: datetime, looks: Mapping[int, Sequence[Look]], asker_id: int | None) -> TeamWeek:
    """Return the sums of a week, from the looks of everybody who had any.

    There is no way to ask for a group: one sum, over everybody, the same for whoever asks, so that no two sums can be
    subtracted from each other. It is told if at least five people beside the one who asks were at review for ten
    minutes or more; hours and pictures are rounded.
    """
    times = {person_id: review_time(theirs) for person_id, theirs in looks.items()}
    counting = [each for each, time in times.items() if time >= LEAST_SHARE and each != asker_id]
    if len(counting) < FEWEST_PEOPLE:
        return TeamWeek(began_at=began_at, hours=None, pictures=None)
    pictures = sum(len(theirs) for theirs in looks.values())
    return TeamWeek(
        began_at=began_at, hours=round(sum(times.values(), timedelta()) / _HOUR), pictures=round(pictures, -1)
    )


def _minutes(time: timedelta) -> int:
    return round(time / timedelta(minutes=1))
