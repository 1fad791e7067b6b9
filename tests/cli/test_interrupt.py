"""An interrupt is a wish: the first is granted between two files, the second at once."""

import os
import signal
import subprocess
import sys

import pytest

from safelight.cli.interrupt import noticing_interrupts


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_more_is_taken_after_the_first(number: signal.Signals, capfd: pytest.CaptureFixture[str]) -> None:
    taken = []
    with noticing_interrupts() as interrupt:
        for thing in interrupt.until(range(10)):
            taken.append(thing)
            if thing == 3:
                os.kill(os.getpid(), number)
    assert taken == [0, 1, 2, 3]
    assert interrupt.cut_short
    assert "once more stops at once" in capfd.readouterr().err


def test_the_second_ends_the_process_though_it_waits_for_something_long() -> None:
    code = (
        "import os, time\n"
        "from safelight.cli.interrupt import noticing_interrupts\n"
        "with noticing_interrupts():\n"
        "    os.kill(os.getpid(), 2)\n"
        "    try:\n"
        "        os.kill(os.getpid(), 2); time.sleep(60)\n"
        "    finally:\n"
        "        time.sleep(60)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=30, check=False)
    assert done.returncode == 130


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
