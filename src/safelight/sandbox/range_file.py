"""Range file: a file of which a worker holds the beginning and asks its parent for the rest."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

from safelight.sandbox.frames import CHUNK_BYTES

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BUFFER_BYTES = 1 << 18

ReadRange = Callable[[int, int], bytes]
"""Takes offset and length within the file; returns the bytes, fewer if the file has become shorter."""


def open_range_file(prefix: bytes, size_bytes: int, read_range: ReadRange) -> BinaryIO:
    """Return a seekable file: in memory if its first bytes are all of it, else one that asks for what it needs."""
    if len(prefix) >= size_bytes:
        return io.BytesIO(prefix)
    return io.BufferedReader(RangeFile(prefix, size_bytes, read_range), _BUFFER_BYTES)


class RangeFile(io.RawIOBase):
    """The unbuffered form."""

    def __init__(self, prefix: bytes, size_bytes: int, read_range: ReadRange) -> None:
        super().__init__()
        self._prefix = prefix
        self._size_bytes = size_bytes
        self._read_range = read_range
        self._at = 0

    def readable(self) -> bool:
        """Say that this file can be read."""
        return True

    def seekable(self) -> bool:
        """Say that this file can be read from any offset."""
        return True

    def tell(self) -> int:
        """Return the offset of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to an offset. Raises ValueError before the start of the file."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size_bytes}[whence]
        if base + offset < 0:
            raise ValueError("a file has no bytes before its start")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill a buffer with the next bytes; 0 at the end."""
        view = memoryview(buffer).cast("B")
        data = self._next(len(view))
        view[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        """Return all that follows."""
        parts = []
        while data := self._next(CHUNK_BYTES):
            parts.append(data)
        return b"".join(parts)

    def _next(self, wanted: int) -> bytes:
        if self._at < len(self._prefix):
            data = self._prefix[self._at : self._at + wanted]
        else:
            length = min(wanted, CHUNK_BYTES, self._size_bytes - self._at)
            data = self._read_range(self._at, length) if length > 0 else b""
        self._at += len(data)
        return data
