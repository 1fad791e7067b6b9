"""Clocks tell UTC."""

from datetime import UTC, datetime, timedelta

from safelight.clock import FixedClock, SystemClock


def test_the_system_clock_goes_on_and_knows_its_zone() -> None:
    first, second = SystemClock().now(), SystemClock().now()
    assert first.utcoffset() == timedelta(0)
    assert second >= first


def test_a_fixed_clock_stands_still() -> None:
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    clock = FixedClock(at=moment)
    assert clock.now() == clock.now() == moment
