"""Numbers, moments and days are taken within their limits, and written in one way."""

from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

import pytest

from safelight.reporting.form.plain_kinds import Choice, Day, Degrees, Flag, Moment, Number, instant


class Word(StrEnum):
    ONE = "Two Words"


def test_a_number_is_within_its_bounds() -> None:
    kind = Number(0, 150)
    assert [kind.refusal_of(each) is None for each in (-1, 0, 150, 151)] == [False, True, True, False]
    assert Number(1).refusal_of(2**63) is not None
    assert kind.write(7) == "7"


def test_degrees_are_on_earth() -> None:
    kind = Degrees(90)
    assert [kind.refusal_of(each) is None for each in (-90, 90.0, 90.1, float("nan"), float("inf"))] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert [kind.write(each) for each in (5, 0.1, 1e-7, -0.0)] == ["5.0", "0.1", "1e-07", "-0.0"]


def test_yes_and_no_are_words() -> None:
    assert (Flag().write(True), Flag().write(False), Flag().refusal_of(True)) == ("true", "false", None)


def test_a_choice_is_written_in_the_authoritys_words() -> None:
    assert Choice(Word).write(Word.ONE) == "Two Words"
    assert Choice(Word).types == (Word,)
    assert Choice(Word).refusal_of(Word.ONE) is None


def test_a_moment_is_written_in_utc_and_never_rounded_up() -> None:
    at = datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=-5)))
    assert Moment().write(at) == "2027-01-01T04:59:59.999Z"
    assert instant(at) <= at
    assert Moment().write(datetime(2026, 1, 2, tzinfo=UTC)) == "2026-01-02T00:00:00.000Z"


def test_a_moment_has_a_zone_and_is_not_ancient() -> None:
    assert "no time zone" in str(Moment().refusal_of(datetime(2026, 1, 1)))  # noqa: DTZ001 - that is what is wrong
    ancient = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    assert "1900" in str(Moment().refusal_of(ancient))


def test_a_moment_is_past_by_the_margin(now: datetime) -> None:
    assert Moment().lateness_of(now - timedelta(seconds=5), now) is None
    assert "clock" in str(Moment().lateness_of(now - timedelta(seconds=4), now))


@pytest.mark.parametrize(("days", "is_late"), [(0, True), (1, True), (2, False)])
def test_a_day_is_past_everywhere_on_earth(now: datetime, days: int, is_late: bool) -> None:
    day = now.date() - timedelta(days=days)
    assert (Day().lateness_of(day, now) is not None) == is_late


def test_a_day_is_written_plainly_and_is_not_ancient() -> None:
    assert Day().write(date(1986, 5, 4)) == "1986-05-04"
    assert Day().refusal_of(date(1900, 1, 1)) is None
    assert Day().refusal_of(date(1899, 12, 31))
