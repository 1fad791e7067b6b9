import threading
from datetime import UTC, datetime, timedelta

import pytest

from safelight.clock import FixedClock
from safelight.database.clock_mark import MOST_JUMP, TOLERANCE, accept_clock, require_plausible, see
from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.errors import ClockWrong

_START = datetime(2026, 12, 31, 23, 59, 30, 5, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)


def _see(engine: Engine, after: timedelta) -> datetime:
    with write(engine) as tx:
        return see(tx, FixedClock(at=_START + after))


def _destroy(engine: Engine, after: timedelta, most: timedelta = MOST_JUMP) -> datetime:
    with write(engine) as tx:
        return require_plausible(tx, FixedClock(at=_START + after), most)


@pytest.fixture
def seen(engine: Engine) -> Engine:
    _see(engine, timedelta(0))
    return engine


def test_the_present_moment_is_given_as_the_clock_has_it(engine: Engine) -> None:
    assert _see(engine, timedelta(0)) == _START


@pytest.mark.parametrize("back", [TOLERANCE + _TICK, timedelta(hours=1), 400 * _DAY])
def test_a_clock_that_was_set_back_is_refused(seen: Engine, back: timedelta) -> None:
    for ask in (_see, _destroy):
        with pytest.raises(ClockWrong, match="set back"):
            ask(seen, -back)


@pytest.mark.parametrize("back", [TOLERANCE, timedelta(seconds=1), timedelta(0), -_TICK])
def test_clocks_of_several_machines_may_differ_a_little(seen: Engine, back: timedelta) -> None:
    assert _see(seen, -back) == _START - back
    assert _destroy(seen, -back) == _START - back


@pytest.mark.parametrize(
    ("back", "told"),
    [(timedelta(minutes=12), "12 minutes"), (timedelta(hours=5, minutes=2), "5 hours 2"), (3 * _DAY, "3 days 0 hours")],
)
def test_who_set_the_clock_back_is_told_by_how_much_and_what_to_do(seen: Engine, back: timedelta, told: str) -> None:
    with pytest.raises(ClockWrong, match=rf"(?s){told}.*2026-12-31 23:59:30 UTC.*accept-clock"):
        _see(seen, -back)


def test_the_mark_moves_at_most_once_a_minute(seen: Engine) -> None:
    _see(seen, timedelta(seconds=59))
    _see(seen, -TOLERANCE)  # still counted from the first moment
    _see(seen, timedelta(seconds=60))
    with pytest.raises(ClockWrong):
        _see(seen, -TOLERANCE)


def test_the_mark_never_moves_back(seen: Engine) -> None:
    _see(seen, timedelta(hours=1))
    _see(seen, timedelta(minutes=56))
    with pytest.raises(ClockWrong):
        _see(seen, timedelta(minutes=54))


def test_what_is_believed_after_a_pause_never_moves_the_mark_back(seen: Engine) -> None:
    _see(seen, 10 * _DAY)
    _destroy(seen, 10 * _DAY - timedelta(minutes=2))
    with pytest.raises(ClockWrong):
        _see(seen, 10 * _DAY - timedelta(minutes=6))


def test_what_a_failed_step_saw_is_forgotten(seen: Engine) -> None:
    def fail() -> None:
        with write(seen) as tx:
            see(tx, FixedClock(at=_START + _DAY))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert _see(seen, timedelta(0)) == _START


@pytest.mark.parametrize("ahead", [MOST_JUMP + _TICK, 365 * _DAY])
def test_a_clock_that_was_set_forward_destroys_nothing(seen: Engine, ahead: timedelta) -> None:
    with pytest.raises(ClockWrong, match="beyond"):
        _destroy(seen, ahead)


def test_other_steps_do_not_make_a_clock_plausible_that_was_set_forward(seen: Engine) -> None:
    _see(seen, 365 * _DAY)
    _see(seen, 365 * _DAY + timedelta(hours=1))
    with pytest.raises(ClockWrong, match=r"365 days 1 hours beyond 2026-12-31 23:59:30 UTC"):
        _destroy(seen, 365 * _DAY + timedelta(hours=1))


def test_a_pause_up_to_the_jump_that_is_set_is_believed(seen: Engine) -> None:
    assert _destroy(seen, MOST_JUMP) == _START + MOST_JUMP
    assert _destroy(seen, 2 * MOST_JUMP) == _START + 2 * MOST_JUMP
    with pytest.raises(ClockWrong):
        _destroy(seen, 2 * MOST_JUMP + 3 * _DAY + _TICK, most=3 * _DAY)


def test_a_clock_that_goes_on_day_by_day_stays_plausible(seen: Engine) -> None:
    for day in range(1, 60):
        _see(seen, day * _DAY)
    assert _destroy(seen, 60 * _DAY, most=_DAY) == _START + 60 * _DAY


def test_a_person_can_say_that_the_clock_is_right_though_it_is_far_ahead(seen: Engine) -> None:
    with write(seen) as tx:
        assert accept_clock(tx, FixedClock(at=_START + 365 * _DAY)) == (_START, _START + 365 * _DAY)
    assert _destroy(seen, 365 * _DAY) == _START + 365 * _DAY


def test_a_person_can_say_that_the_clock_is_right_after_it_was_wrong(seen: Engine) -> None:
    _see(seen, 365 * _DAY)
    with pytest.raises(ClockWrong):
        _see(seen, _DAY)
    with write(seen) as tx:
        accept_clock(tx, FixedClock(at=_START + _DAY))
    assert _destroy(seen, _DAY) == _START + _DAY


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)  # who writes to SQLite is alone
def test_steps_that_run_at_once_do_not_wait_for_the_mark(seen: Engine) -> None:
    with write(seen) as tx:
        see(tx, FixedClock(at=_START + timedelta(hours=1)))
        thread = threading.Thread(target=_see, args=(seen, timedelta(hours=2)))
        thread.start()
        thread.join(timeout=10)
        assert not thread.is_alive()
