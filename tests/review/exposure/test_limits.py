from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from safelight.errors import InvalidValue
from safelight.review.exposure.limits import (
    Hours,
    Limits,
    OwnLimits,
    check_own,
    combine,
    day_start,
    find_zone,
    is_no_looser,
    read_hours,
)

HOUSE = Limits(hours=read_hours("08:00-16:00"))


def test_four_hours_a_day_is_the_most_unless_it_is_set() -> None:
    assert Limits().minutes_per_day == 240


@pytest.mark.parametrize(
    ("own", "counts"),
    [
        ({"minutes_per_day": 60}, {"minutes_per_day": 60}),
        ({"minutes_per_day": 480}, {"minutes_per_day": 240}),
        ({"break_minutes": 30}, {"break_minutes": 30}),
        ({"break_minutes": 2}, {"break_minutes": 10}),
        ({"hours": read_hours("09:00-18:00")}, {"hours": read_hours("09:00-16:00")}),
        ({"hours": read_hours("17:00-18:00")}, {"hours": Hours(from_=time(17), until=time(17))}),
        ({"time_zone": "Europe/Madrid"}, {"time_zone": "Europe/Madrid"}),
    ],
)
def test_what_counts_is_the_tighter_of_each(own, counts) -> None:
    assert combine(HOUSE, OwnLimits(**own)) == replace(HOUSE, **counts)


@pytest.mark.parametrize(
    ("after", "answer"),
    [
        ({}, True),
        ({"minutes_per_day": 239}, True),
        ({"minutes_per_day": 241}, False),
        ({"break_minutes": 11}, True),
        ({"break_minutes": 9}, False),
        ({"break_after_minutes": 61}, False),
        ({"hours": read_hours("08:00-15:00")}, True),
        ({"hours": read_hours("07:00-15:00")}, False),
        ({"hours": None}, False),
        ({"time_zone": "Europe/Madrid"}, False),
    ],
)
def test_looser_is_anything_by_which_more_could_be_shown(after, answer) -> None:
    assert is_no_looser(replace(HOUSE, **after), HOUSE) is answer


@pytest.mark.parametrize(
    "own", [{"minutes_per_day": -1}, {"minutes_per_day": 481}, {"days_in_a_row": 0}, {"time_zone": "Mars/Crater"}]
)
def test_limits_that_are_none_are_refused(own) -> None:
    check_own(OwnLimits())
    with pytest.raises(InvalidValue):
        check_own(OwnLimits(**own))


@pytest.mark.parametrize("text", ["8-16", "16:00-08:00", "08:00-08:00", "08:00", "24:00-25:00", "x"])
def test_hours_that_cannot_be_read_are_refused(text) -> None:
    with pytest.raises(InvalidValue):
        read_hours(text)


def test_hours_are_written_as_they_are_read() -> None:
    assert str(read_hours(" 08:00 - 16:30 ")) == "08:00-16:30"
    assert read_hours(" ") is None


@pytest.mark.parametrize(
    ("moment", "begins"),
    [
        (datetime(2026, 3, 29, 12, tzinfo=UTC), datetime(2026, 3, 28, 23, tzinfo=UTC)),  # clocks go forward that night
        (datetime(2026, 3, 30, 12, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (datetime(2026, 3, 29, 22, 30, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_midnight_of_the_persons_own_wall_clock(moment, begins) -> None:
    assert day_start(moment, find_zone("Europe/Madrid")) == begins
