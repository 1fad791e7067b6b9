"""Sealed files: bytes encrypted in chunks, each bound to its place, to the end of the file and to the blob.

    header   magic (16), version (4), bytes of a chunk (4), blob id (16)
    chunks   1 MiB of the bytes each, the last one shorter or as long, encrypted with AES-256-GCM; each has a tag (16)

The nonce of a chunk is its number (11 bytes) and whether it is the last one (1 byte); the header is authenticated with
each. A key is made for one blob and never used for another, so no nonce is used twice. The construction is that of
STREAM (Hoang, Reyhanitabar, Rogaway and Vizár, "Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance", 2015), which proves that chunks cannot be changed, moved, doubled, left out or cut off unnoticed.
docs/reference/sealed-file.md tells it for other programs.
"""

from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from safelight.errors import EvidenceDamaged

CHUNK_BYTES = 1 << 20
TAG_BYTES = 16
KEY_BYTES = 32
HEADER_BYTES = 40

_MAGIC = b"safelight sealed"
_VERSION = 1
_SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES


class Sink(Protocol):
    """What takes the sealed bytes, such as an unbuffered file."""

    def write(self, data: memoryview, /) -> int | None:
        """Take some of the bytes and return how many."""
        ...


def sealed_header(blob_id: str) -> bytes:
    """Return the first bytes of the sealed file of a blob."""
    return _MAGIC + _VERSION.to_bytes(4) + CHUNK_BYTES.to_bytes(4) + bytes.fromhex(blob_id)


def chunk_count(size_bytes: int) -> int:
    """Return how many chunks bytes make; no bytes are one empty chunk."""
    return max(1, -(-size_bytes // CHUNK_BYTES))


def sealed_size(size_bytes: int) -> int:
    """Return how long the sealed file of so many bytes is."""
    return HEADER_BYTES + size_bytes + chunk_count(size_bytes) * TAG_BYTES


def chunk_start(number: int) -> int:
    """Return where in the sealed file a chunk begins; chunks are counted from 0."""
    return HEADER_BYTES + number * _SEALED_CHUNK_BYTES


class SealedWriter:
    """Takes bytes in pieces of any length and writes the sealed file of them. Call `finish` at the end, once."""

    def __init__(self, sink: Sink, key: bytes, blob_id: str) -> None:
        self._sink = sink
        self._cipher = AESGCM(key)
        self._header = sealed_header(blob_id)
        self._held = memoryview(bytearray(CHUNK_BYTES))
        self._held_bytes = 0
        self._sealed = memoryview(bytearray(_SEALED_CHUNK_BYTES))
        self._number = 0
        self._write(memoryview(self._header))

    def write(self, data: bytes | memoryview) -> None:
        """Take more bytes. What a file raises is passed on."""
        left = memoryview(data)
        while left:
            # A full chunk is written only when there is more, since the last one is marked as such.
            if self._held_bytes == CHUNK_BYTES:
                self._seal(self._held, is_last=False)
                self._held_bytes = 0
            if not self._held_bytes and len(left) > CHUNK_BYTES:
                self._seal(left[:CHUNK_BYTES], is_last=False)
                left = left[CHUNK_BYTES:]
                continue
            taken = min(len(left), CHUNK_BYTES - self._held_bytes)
            self._held[self._held_bytes : self._held_bytes + taken] = left[:taken]
            self._held_bytes += taken
            left = left[taken:]

    def finish(self) -> int:
        """Write the last chunk and return how many bytes were taken in all. The file is not synced."""
        size_bytes = self._number * CHUNK_BYTES + self._held_bytes
        self._seal(self._held[: self._held_bytes], is_last=True)
        return size_bytes

    def _seal(self, chunk: memoryview, *, is_last: bool) -> None:
        sealed = self._sealed[: len(chunk) + TAG_BYTES]
        self._cipher.encrypt_into(_nonce(self._number, is_last=is_last), chunk, self._header, sealed)
        self._number += 1
        self._write(sealed)

    def _write(self, data: memoryview) -> None:
        while data:
            data = data[self._sink.write(data) or 0 :]


class ChunkOpener:
    """Opens the chunks of one sealed file."""

    def __init__(self, key: bytes, blob_id: str, size_bytes: int) -> None:
        self._cipher = AESGCM(key)
        self._header = sealed_header(blob_id)
        self._size_bytes = size_bytes
        self._last = chunk_count(size_bytes) - 1

    def open_into(self, number: int, sealed: memoryview, plain: memoryview) -> int:
        """Decrypt the chunk of that number and return how long it is. Raises EvidenceDamaged; `plain` is then void."""
        length = self._size_bytes - number * CHUNK_BYTES if number == self._last else CHUNK_BYTES
        nonce = _nonce(number, is_last=number == self._last)
        try:
            self._cipher.decrypt_into(nonce, sealed[: length + TAG_BYTES], self._header, plain[:length])
        except InvalidTag:
            raise EvidenceDamaged(
                f"Chunk {number} of a sealed file does not open: its bytes are not those that were sealed, or the key "
                "is another's. Nothing of it is given out. Run `safelight evidence fsck`, and restore the blob from a "
                "backup."
            ) from None
        return length


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11) + is_last.to_bytes(1)
