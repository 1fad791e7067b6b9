"""Values are of their kind or not; moments are told to the microsecond."""

from datetime import UTC, datetime

import pytest

from safelight.testing.authority.model.kinds import ADDRESS, AGE, COUNTRY, DAY, FLAG, LONG, MOMENT, REAL, TEXT, TOKEN
from safelight.testing.authority.model.shape import Kind
from safelight.testing.authority.model.values import is_of, is_true, moment_of

_RIGHT = [
    (FLAG, " 0 "),
    (AGE, "+7"),
    (LONG, "-9223372036854775808"),
    (REAL, "-INF"),
    (REAL, ".5e-3"),
    (TOKEN, "\n0a1b\n"),
    (MOMENT, "2026-01-02T03:04:05.1234567-14:00"),
    (DAY, "2024-02-29"),
    (COUNTRY, ""),
    (COUNTRY, "XK"),
    (ADDRESS, "::1"),
    (TEXT, ""),
]
_WRONG = [
    (FLAG, "True"),
    (AGE, "7" * 5000),
    (AGE, "\u0667"),
    (LONG, "9223372036854775808"),
    (REAL, "1e"),
    (TOKEN, "  "),
    (MOMENT, "2026-01-02t03:04:05Z"),
    (MOMENT, "0001-01-01T00:00:00+14:00"),
    (MOMENT, "2026-01-02T24:00:00Z"),
    (DAY, "2026-02-29"),
    (COUNTRY, "gb"),
    (COUNTRY, "ZZ"),
    (ADDRESS, "192.0.2.7/24"),
]


@pytest.mark.parametrize(("kind", "text"), _RIGHT)
def test_these_are_values(kind: Kind, text: str) -> None:
    assert is_of(kind, text)


@pytest.mark.parametrize(("kind", "text"), _WRONG)
def test_these_are_none(kind: Kind, text: str) -> None:
    assert not is_of(kind, text)


def test_a_moment_is_told_in_utc() -> None:
    assert moment_of(MOMENT, "2026-01-02T03:04:05.5+01:00") == datetime(2026, 1, 2, 2, 4, 5, 500_000, UTC)
    assert moment_of(MOMENT, "2026-01-02T03:04:05Z") == datetime(2026, 1, 2, 3, 4, 5, 0, UTC)


def test_a_day_is_told_by_its_beginning_and_other_kinds_tell_no_moment() -> None:
    assert moment_of(DAY, "2026-01-02") == datetime(2026, 1, 2, tzinfo=UTC)
    assert moment_of(TEXT, "2026-01-02") is None


def test_a_flag_is_set_by_being_there() -> None:
    assert [is_true(each) for each in (None, "", "1", "true", "0", "false")] == [True] * 4 + [False] * 2
