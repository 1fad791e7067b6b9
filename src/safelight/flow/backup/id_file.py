"""Many blob ids, in order, in a file: millions of them take no memory."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

_ID_BYTES = 16
_AT_ONCE = 1_000


class IdFile:
    """Ids of 32 hexadecimal digits, kept in the order in which they were added.

    Without a path the file has no name, and the system removes it when the program ends. A path is opened to add to.
    """

    def __init__(self, path: Path | None = None) -> None:
        opened = TemporaryFile() if path is None else path.open("a+b")  # noqa: SIM115 - closed by `close`
        self._file: BinaryIO = opened

    def add(self, blob_id: str) -> None:
        """Add an id; it outlives this process from here on, if the file has a name."""
        self._file.seek(0, os.SEEK_END)
        self._file.write(bytes.fromhex(blob_id))
        self._file.flush()

    def __iter__(self) -> Iterator[str]:
        """Give every id. What a crash left of one that was half written is none."""
        place = 0
        while True:
            self._file.seek(place)
            part = self._file.read(_ID_BYTES * _AT_ONCE)
            whole = len(part) - len(part) % _ID_BYTES
            if not whole:
                return
            yield from (part[start : start + _ID_BYTES].hex() for start in range(0, whole, _ID_BYTES))
            place += whole

    def close(self) -> None:
        """Close the file."""
        self._file.close()
