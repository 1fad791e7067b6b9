"""The journal: what happened, a line each, written before it is answered, so that a kill of the fake loses nothing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from safelight.errors import InvalidValue
from safelight.testing.authority.state.event import Event, read_event


class Journal:
    """Lines of JSON that are only added to. They outlive a kill of the process, not a fall of the machine."""

    def __init__(self, file: BinaryIO, before: list[Event]) -> None:
        self._file = file
        self.before = before

    def write(self, event: Event) -> None:
        """Add what happened."""
        self._file.write(event.as_line().encode())


@contextmanager
def open_journal(path: Path) -> Iterator[Journal]:
    """Open a journal, or make one for its owner alone. `before` is what stands in it; a last line that was cut goes.

    Raises InvalidValue where the file is none; then nothing of it was changed.
    """
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b", buffering=0) as file:
        whole = [line for line in file.readlines() if line.endswith(b"\n")]
        before = [_read(line, number) for number, line in enumerate(whole, start=1)]
        size = sum(map(len, whole))
        if not before and path.stat().st_size > size:
            raise _foreign(1)
        file.truncate(size)
        yield Journal(file, before)


def _read(line: bytes, number: int) -> Event:
    try:
        return read_event(line.decode())
    except (ValueError, KeyError, TypeError) as error:
        raise _foreign(number) from error


def _foreign(number: int) -> InvalidValue:
    return InvalidValue(f"Line {number} of the state file is not of a fake authority. Name another file, or a new one.")
