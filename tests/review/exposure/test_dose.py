from datetime import UTC, datetime, timedelta

import pytest

from safelight.review.exposure.dose import charged, looks_of_day, review_time, shown_time, since_break, spans
from safelight.review.exposure.exposure import Look
from safelight.review.exposure.level import Level

DAY = datetime(2026, 11, 23, tzinfo=UTC)


def _at(minute: float) -> datetime:
    return DAY + timedelta(minutes=minute)


def _look(began: float, ended: float, level: Level = Level.SMALL) -> Look:
    return Look(level=level, began_at=_at(began), ended_at=_at(ended))


def test_pauses_of_up_to_five_minutes_belong_to_the_review() -> None:
    looks = [_look(0, 1), _look(6, 7), _look(13, 14)]
    assert [(span.began_at, span.ended_at) for span in spans(looks)] == [(_at(0), _at(7)), (_at(13), _at(14))]
    assert review_time(looks) == timedelta(minutes=8)
    assert review_time(looks, _at(16)) == timedelta(minutes=10)  # going on now bridges the last pause
    assert review_time(looks, _at(30)) == timedelta(minutes=8)


def test_every_picture_counts_five_seconds_even_where_the_clock_stands_still() -> None:
    assert charged(_look(3, 3)) == timedelta(seconds=5)
    assert review_time([_look(3, 3)] * 12) == timedelta(minutes=1)


def test_an_original_counts_as_a_large_picture_too() -> None:
    looks = [_look(0, 1), _look(1, 3, Level.LARGE), _look(3, 7, Level.ORIGINAL)]
    assert shown_time(looks, Level.ORIGINAL) == timedelta(minutes=4)
    assert shown_time(looks, Level.LARGE) == timedelta(minutes=6)
    assert review_time([]) == timedelta()


@pytest.mark.parametrize(
    ("looks", "now", "counted"),
    [
        ([(-600, -590), (10, 20)], 30, 1),  # a night lies between
        ([(-120, -60), (10, 20)], 30, 2),  # past midnight without a night: one day
        ([(-900, -890), (-120, -60), (10, 20)], 30, 2),
        ([(-120, -60)], 479, 0),
        ([(-120, -60)], 400, 1),  # until eight hours are over
        ([(10, 20)], 700, 1),  # after a rest in the same day it is still the same day
    ],
)
def test_a_day_ends_with_a_night_and_not_at_midnight_alone(looks, now, counted) -> None:
    assert len(looks_of_day([_look(*each) for each in looks], DAY, _at(now))) == counted


@pytest.mark.parametrize(
    ("looks", "now", "minutes"),
    [([], 5, 0), ([(0, 1)], 9, 9), ([(0, 1), (10, 11)], 12, 12), ([(0, 1), (12, 13)], 14, 2), ([(0, 1)], 11, 0)],
)
def test_only_a_whole_break_is_one(looks, now, minutes) -> None:
    found = since_break([_look(*each) for each in looks], _at(now), timedelta(minutes=10))
    assert found == timedelta(minutes=minutes)
