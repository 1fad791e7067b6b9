"""A person sees their own; of all there are sums that hide everybody, however one asks."""

from datetime import UTC, datetime, timedelta

import pytest

from safelight.errors import InvalidValue
from safelight.review.exposure.exposure import Look
from safelight.review.exposure.figures import own_days, own_figures, sum_week, week_starts
from safelight.review.exposure.guard import Allowed, Budget, Past
from safelight.review.exposure.level import Level
from safelight.review.exposure.limits import Limits

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def _looks(minutes: float, began: datetime = MONDAY, level: Level = Level.SMALL) -> list[Look]:
    return [Look(level=level, began_at=began, ended_at=began + timedelta(minutes=minutes))]


def test_a_persons_own_figures_are_those_of_their_day() -> None:
    looks = _looks(30, NOW - timedelta(minutes=50)) + _looks(12, NOW - timedelta(minutes=14), Level.ORIGINAL)
    own = own_figures(NOW, Budget(limits=Limits()), Past(looks=tuple(looks), days_in_a_row=2))
    assert (own.review_minutes, own.large_minutes, own.original_minutes, own.pictures) == (42, 12, 12, 2)
    assert (own.since_break_minutes, own.days_in_a_row) == (50, 2)
    assert isinstance(own.standing, Allowed)


def test_days_are_told_by_level_the_latest_first() -> None:
    looks = _looks(30) + _looks(2, MONDAY + timedelta(days=1), Level.ORIGINAL)
    looks += _looks(3, MONDAY + timedelta(days=1, minutes=4), Level.LARGE)
    tuesday, monday = own_days(looks, UTC)
    assert (monday.review_minutes, monday.large_minutes, dict(monday.pictures)) == (30, 0, {Level.SMALL: 1})
    assert (tuesday.review_minutes, tuesday.large_minutes, tuesday.original_minutes) == (7, 5, 2)
    assert tuesday.pictures == {Level.LARGE: 1, Level.ORIGINAL: 1}
    assert own_days([], UTC) == []


@pytest.mark.parametrize(
    ("people", "asker", "is_told"),
    [
        ({1: 60, 2: 60, 3: 60, 4: 60, 5: 60}, None, True),
        ({1: 60, 2: 60, 3: 60, 4: 60}, None, False),
        ({1: 60, 2: 60, 3: 60, 4: 60, 5: 60}, 5, False),  # who asks knows their own, and could take it off
        ({1: 60, 2: 60, 3: 60, 4: 60, 5: 60, 6: 60}, 6, True),
        ({1: 600, 2: 1, 3: 1, 4: 1, 5: 1}, None, False),  # a sum of one and four glances would be one's
        ({}, None, False),
    ],
)
def test_a_sum_is_told_only_where_it_hides_everybody(people, asker, is_told) -> None:
    week = sum_week(MONDAY, {number: _looks(minutes) for number, minutes in people.items()}, asker)
    assert (week.hours is not None, week.pictures is not None) == (is_told, is_told)


def test_sums_are_whole_hours_and_tens_of_pictures_and_the_same_for_whoever_asks() -> None:
    looks = {number: _looks(40 + number) for number in range(8)}
    week = sum_week(MONDAY, looks, None)
    assert (week.hours, week.pictures) == (6, 10)
    assert all(sum_week(MONDAY, looks, asker) == week for asker in looks)


def test_only_whole_weeks_that_are_over_are_told_of_so_that_none_overlap() -> None:
    starts = week_starts(NOW, 3)
    assert starts == [MONDAY, MONDAY - timedelta(days=7), MONDAY - timedelta(days=14)]
    assert week_starts(NOW + timedelta(days=2), 3) == starts
    for weeks in (0, 27):
        with pytest.raises(InvalidValue):
            week_starts(NOW, weeks)
