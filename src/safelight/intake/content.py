"""Content: the bytes of media, read by range, so that large files and archives need no copy."""

import hashlib
import io
import os
from dataclasses import dataclass
from typing import BinaryIO, Protocol, runtime_checkable

from safelight.intake.media import Digests

CHUNK_BYTES = 1 << 20


class Content(Protocol):
    """Bytes of a known length that can be read from any offset."""

    @property
    def size_bytes(self) -> int:
        """The length of the whole."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; fewer only at the end. Raises ContentLost if they are gone."""
        ...

    def check_unchanged(self) -> None:
        """Raise ContentLost if the bytes are not those that were there at the start."""
        ...


@runtime_checkable
class Digested(Protocol):
    """Content whose digests were taken while it arrived: they are of the very bytes that `read` gives."""

    @property
    def digests(self) -> Digests:
        """MD5, SHA-1 and SHA-256 of the whole."""
        ...


class ContentLost(Exception):
    """The bytes changed, shrank or failed while they were being read: whatever was made of them is void."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryContent:
    """Bytes held in memory."""

    data: bytes

    @property
    def size_bytes(self) -> int:
        """The length of the whole."""
        return len(self.data)

    def read(self, offset: int, length: int) -> bytes:
        """Return a slice of the bytes; all of them without a copy."""
        if offset == 0 and length >= len(self.data):
            return self.data
        return self.data[offset : offset + length]

    def check_unchanged(self) -> None:
        """Bytes in memory do not change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileContent:
    """An open file, read by position, so that several readers do not disturb each other."""

    descriptor: int
    size_bytes: int
    changed_ns: int

    def read(self, offset: int, length: int) -> bytes:
        """Return bytes of the file. Raises ContentLost if the file is now shorter or cannot be read."""
        wanted = max(0, min(length, self.size_bytes - offset))
        try:
            data = os.pread(self.descriptor, wanted, offset)
            while len(data) < wanted and (more := os.pread(self.descriptor, wanted - len(data), offset + len(data))):
                data += more
        except OSError as error:
            raise ContentLost(f"reading failed: {error.strerror}") from error
        if len(data) < wanted:
            raise ContentLost("the file became shorter while it was read")
        return data

    def check_unchanged(self) -> None:
        """Raise ContentLost if the file was written to since it was opened."""
        status = os.fstat(self.descriptor)
        if (status.st_size, status.st_ctime_ns) != (self.size_bytes, self.changed_ns):
            raise ContentLost("the file changed while it was read")


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestedContent:
    """Content beside its digests, taken before. Whoever joins them vouches that they are of the same bytes."""

    content: Content
    digests: Digests

    @property
    def size_bytes(self) -> int:
        """The length of the whole."""
        return self.content.size_bytes

    def read(self, offset: int, length: int) -> bytes:
        """Return what the content has there."""
        return self.content.read(offset, length)

    def check_unchanged(self) -> None:
        """Raise what the content raises."""
        self.content.check_unchanged()


def digests_of(content: Content) -> Digests:
    """Return the digests of content: those that were taken while it arrived, else they are taken now.

    Parts that lie inside of content, such as the members of an archive, are content of their own and have none yet.
    """
    return content.digests if isinstance(content, Digested) else take_digests(content)


def take_digests(content: Content) -> Digests:
    """Compute MD5, SHA-1 and SHA-256 of content in one pass, a chunk at a time.

    MD5 and SHA-1 are broken as proof of identity; they are computed because lists hold them.
    """
    md5, sha1, sha256 = (hashlib.new(name, usedforsecurity=False) for name in ("md5", "sha1", "sha256"))
    for offset in range(0, content.size_bytes, CHUNK_BYTES):
        chunk = content.read(offset, CHUNK_BYTES)
        md5.update(chunk)
        sha1.update(chunk)
        sha256.update(chunk)
    return Digests(md5=md5.digest(), sha1=sha1.digest(), sha256=sha256.digest())


def read_stream(stream: BinaryIO, max_bytes: int) -> MemoryContent | None:
    """Read a stream to its end into memory (never to disk in the clear); None if it holds more than `max_bytes`."""
    held = io.BytesIO()
    while chunk := stream.read(CHUNK_BYTES):
        if held.tell() + len(chunk) > max_bytes:
            return None
        held.write(chunk)
    return MemoryContent(data=held.getvalue())
