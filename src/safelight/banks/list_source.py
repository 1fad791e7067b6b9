"""Where a list is read from: bytes, once from beginning to end, with a count of how far that has come."""

import os
import stat
from collections.abc import Callable
from typing import BinaryIO

from safelight.errors import ListRefused

BLOCK_BYTES = 1 << 18


class ListSource:
    """The bytes of a list, for one reader that reads them once.

    `size_bytes` is None where the list is not a regular file. `items_read` is kept by whoever reads: lines of a text,
    entries of a dump. `accepts_unfinished_line` is what somebody who knows the list says of its last line. `on_read` is
    called after every block, at most 256 KiB of a text apart; what it raises ends the reading.
    """

    def __init__(
        self, file: BinaryIO, *, accepts_unfinished_line: bool = False, on_read: Callable[[], None] | None = None
    ) -> None:
        self._file = file
        self._on_read = on_read or (lambda: None)
        self._stamp = _stamp(file)
        self.accepts_unfinished_line = accepts_unfinished_line
        self.size_bytes = self._stamp[0] - file.tell() if self._stamp else None
        self.bytes_read = 0
        self.items_read = 0

    def read(self, count: int) -> bytes:
        """Return the next `count` bytes: fewer only where the list ends."""
        data = self._file.read(count)
        self.bytes_read += len(data)
        self._on_read()
        return data

    def check_unchanged(self) -> None:
        """Raise `ListRefused` at the end of a file whose size or time of change is not what it was at the beginning."""
        if self._stamp is not None and (self._stamp != _stamp(self._file) or self.bytes_read != self.size_bytes):
            raise ListRefused("The file changed while it was read. Nothing was taken. Import it when it is complete.")


def _stamp(file: BinaryIO) -> tuple[int, int] | None:
    try:
        status = os.fstat(file.fileno())
    except OSError:  # a buffer in memory has no file behind it
        return None
    # Pipes and terminals have no size to compare.
    return (status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None
