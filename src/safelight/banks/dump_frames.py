"""The outer form of a bank dump: a beginning that names it, frames with checksums, and an end.

docs/reference/bank-dump.md describes every byte. Each checksum covers the one before it too, so frames cannot be left
out, repeated, moved or taken from another dump unnoticed. They guard against accidents; whoever can write a dump can
write its checksums.
"""

import struct
from collections.abc import Iterator
from hashlib import blake2b
from typing import NoReturn

from safelight.banks.list_source import ListSource
from safelight.errors import ListRefused

MAGIC = b"\x8bSafelight bank dump\r\n\x1a\n"
"""No text begins so, and a transfer that alters line ends spoils it."""

VERSION = 1
MAX_BODY_BYTES = 8 << 20
HEAD, ROWS, DONE = b"HEAD", b"ROWS", b"DONE"

_VERSION = struct.Struct("<I")
_FRAME = struct.Struct("<4sI")
_CHECKSUM_BYTES = 16


def is_dump(head: bytes) -> bool:
    """Whether a file that begins so is a bank dump."""
    return head.startswith(MAGIC)


class FrameWriter:
    """Makes the bytes of a dump, frame by frame."""

    def __init__(self) -> None:
        self.start = MAGIC + _VERSION.pack(VERSION)
        self._checksum = _checksum(b"", self.start, b"")

    def frame(self, kind: bytes, body: bytes) -> bytes:
        """Return the next frame."""
        head = _FRAME.pack(kind, len(body))
        self._checksum = _checksum(self._checksum, head, body)
        return head + body + self._checksum


class FrameReader:
    """Reads the frames of a dump, checked. `where` says in words how far it came, for messages."""

    def __init__(self, source: ListSource) -> None:
        self._source = source
        self._checksum = b""
        self._number = 0

    @property
    def where(self) -> str:
        """The frame that was read last, and how many entries came before it."""
        return f"block {self._number}, after {self._source.items_read} entries"

    def frames(self) -> Iterator[tuple[bytes, bytes]]:
        """Give kind and body of each frame; the last is of the kind `DONE`, and nothing follows it.

        Raises `ListRefused` where the dump is cut short, altered, or of another version.
        """
        self._read_start()
        kind = b""
        while kind != DONE:
            self._number += 1
            kind, body = self._read_frame()
            yield kind, body
        if self._source.read(1):
            self.refuse("goes on behind its end mark")
        self._source.check_unchanged()

    def refuse(self, why: str) -> NoReturn:
        """Raise `ListRefused` for the frame that was read last."""
        raise ListRefused(
            f"The dump {why} ({self.where}). Nothing was taken. Fetch it again from where it was written."
        )

    def _read_start(self) -> None:
        start = self._source.read(len(MAGIC) + _VERSION.size)
        if not is_dump(start):
            raise ListRefused("The file is no bank dump of Safelight. Nothing was taken. Name its format.")
        if len(start) < len(MAGIC) + _VERSION.size:
            self.refuse("is cut short")
        (version,) = _VERSION.unpack_from(start, len(MAGIC))
        if version != VERSION:
            raise ListRefused(
                f"The dump is of format {version}; this Safelight reads format {VERSION}. Nothing was taken. Read it "
                "with the version of Safelight that wrote it, and export the bank as csv there."
            )
        self._checksum = _checksum(b"", start, b"")

    def _read_frame(self) -> tuple[bytes, bytes]:
        head = self._source.read(_FRAME.size)
        if len(head) < _FRAME.size:
            self.refuse("is cut short")
        kind, size = _FRAME.unpack(head)
        if kind not in {HEAD, ROWS, DONE} or size > MAX_BODY_BYTES:
            self.refuse("is damaged: here should be the head of a block")
        body = self._source.read(size)
        checksum = self._source.read(_CHECKSUM_BYTES)
        if len(body) + len(checksum) < size + _CHECKSUM_BYTES:
            self.refuse("is cut short")
        self._checksum = _checksum(self._checksum, head, body)
        if checksum != self._checksum:
            self.refuse("is damaged: a checksum does not agree")
        return kind, body


def _checksum(before: bytes, head: bytes, body: bytes) -> bytes:
    digest = blake2b(before, digest_size=_CHECKSUM_BYTES)
    digest.update(head)
    digest.update(body)
    return digest.digest()
