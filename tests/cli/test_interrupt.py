"""An interrupt is a wish: the first is granted between two files, the second at once."""

import os
import signal

import pytest

from safelight.cli.interrupt import noticing_interrupts


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_more_is_taken_after_the_first_and_the_second_stops_at_once(
    number: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = []
    with noticing_interrupts() as interrupt:
        for thing in interrupt.until(range(10)):
            taken.append(thing)
            if thing == 3:
                os.kill(os.getpid(), number)
        assert taken == [0, 1, 2, 3]
        assert interrupt.cut_short
        assert "once more stops at once" in capsys.readouterr().err
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)


def test_a_wish_that_comes_after_the_last_thing_cuts_nothing_short() -> None:
    with noticing_interrupts() as interrupt:
        for thing in interrupt.until(range(3)):
            if thing == 2:
                os.kill(os.getpid(), signal.SIGINT)
        assert interrupt.is_wanted
        assert not interrupt.cut_short


def test_afterwards_signals_mean_what_they_meant_before() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with noticing_interrupts():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before
