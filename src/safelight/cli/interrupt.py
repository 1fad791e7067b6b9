"""Ctrl-C and SIGTERM as a wish that is granted between two files, never in the middle of a record."""

import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

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

    def notice(self, number: int, frame: FrameType | None) -> None:
        """Take note of the first wish; a second one is granted at once, by KeyboardInterrupt."""
        if self.is_wanted:
            signal.default_int_handler(number, frame)
        self.is_wanted = True
        told = "Stopping after the files at hand; once more stops at once."
        print(told, file=sys.stderr)  # noqa: T201 - the command line's voice


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
