"""Moments without a zone are in UTC, and are told to the minute."""

from datetime import UTC, datetime, timedelta, timezone

from safelight.cli.moments import in_utc, minute

NOON = datetime.fromisoformat("2027-01-31T12:00:59")


def test_a_moment_without_a_zone_is_in_utc_and_others_stay() -> None:
    there = NOON.replace(tzinfo=timezone(timedelta(hours=2)))
    assert in_utc(NOON) == NOON.replace(tzinfo=UTC)
    assert in_utc(there) is there
    assert in_utc(None) is None


def test_a_moment_is_told_to_the_minute() -> None:
    assert (minute(NOON), minute(None), minute(None, "open")) == ("2027-01-31 12:00", "-", "open")
