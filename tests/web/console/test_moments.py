"""A moment or a day of a form is in UTC, unless it names a zone of its own."""

from datetime import UTC, datetime

import pytest

from safelight.errors import InvalidValue
from safelight.web.console.moments import read_day, read_moment


@pytest.mark.parametrize("given", ["2030-01-31T12:00", " 2030-01-31T12:00Z ", "2030-01-31T14:00+02:00"])
def test_a_moment_is_told_in_utc(given: str) -> None:
    moment = read_moment(given)
    assert moment is not None
    assert moment.isoformat() == "2030-01-31T12:00:00+00:00"


@pytest.mark.parametrize("given", ["tomorrow", "2030-02-30T12:00", "9999-12-31T23:00-02:00", "12:00"])
def test_what_is_no_moment_is_refused(given: str) -> None:
    with pytest.raises(InvalidValue):
        read_moment(given)


def test_a_day_begins_in_utc() -> None:
    assert read_day("2027-01-31") == datetime(2027, 1, 31, tzinfo=UTC)


@pytest.mark.parametrize("given", ["31.1.2027", "2027-02-30", "2027-01-31T12:00", " "])
def test_what_is_no_day_is_refused(given: str) -> None:
    with pytest.raises(InvalidValue):
        read_day(given)


def test_an_empty_field_gives_neither() -> None:
    assert read_moment(" ") is None
    assert read_day("") is None
