"""Ctrl-C and SIGTERM as a wish that is granted between two files, never in the middle of a record."""

import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from safelight.cli.exit_status import INTERRUPTED

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
T = TypeVar("T")


class Interrupt:
    """Whether somebody asked to stop, and whether that cut anything short."""

    def __init__(self) -> None:
        self.is_wanted = False
        self.cut_short = False

    def until(self, things: Iterable[T]) -> Iterator[T]:
        """Yield things until somebody asks to stop."""
        for thing in things:
            if self.is_wanted:
                self.cut_short = True
                return
            yield thing

    def notice(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the form of a signal's handler
        """Take note of the first wish. A second one ends the process at once: what is written is whole anyway."""
        if self.is_wanted:
            os._exit(INTERRUPTED)
        self.is_wanted = True
        # os.write, because print may be what the signal interrupted.
        os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, _TOLD)


_TOLD = b"Stopping after the files at hand; once more stops at once.\n"


@contextmanager
def noticing_interrupts() -> Iterator[Interrupt]:
    """Notice Ctrl-C and SIGTERM within the block instead of being thrown out of it."""
    interrupt = Interrupt()
    before = {number: signal.signal(number, interrupt.notice) for number in _SIGNALS}
    try:
        yield interrupt
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
