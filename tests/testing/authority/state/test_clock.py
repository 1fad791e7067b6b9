"""The clock goes as the one beneath it, so far ahead as it was told."""

from datetime import UTC, datetime, timedelta

from safelight.clock import FixedClock
from safelight.testing.authority.state.clock import DrivenClock

_AT = datetime(2026, 11, 23, tzinfo=UTC)


def test_it_is_advanced_and_set_back() -> None:
    clock = DrivenClock(FixedClock(at=_AT))
    assert clock.now() == _AT
    assert clock.advance(timedelta(hours=25)) == clock.now() == _AT + timedelta(hours=25)
    clock.advance(timedelta(hours=-1))
    assert clock.ahead == timedelta(hours=24)


def test_it_is_set_to_a_moment() -> None:
    clock = DrivenClock(FixedClock(at=_AT), timedelta(days=3))
    assert clock.set_to(_AT) == clock.now() == _AT
