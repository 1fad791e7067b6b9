"""Reading sealed files by range: only the chunks that a range needs are fetched and decrypted."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from safelight.errors import EvidenceDamaged
from safelight.vault.blobs.interface import Blob
from safelight.vault.chunks import (
    CHUNK_BYTES,
    HEADER_BYTES,
    TAG_BYTES,
    ChunkOpener,
    chunk_count,
    chunk_start,
    sealed_header,
    sealed_size,
)

_MOST_AHEAD = 8
"""Chunks that are fetched at once while somebody reads on and on: an object store answers each question slowly."""

_PIECE_CHUNKS = 2
"""Chunks that are fetched at once when the whole is read: more than that leave the processor's own memory."""


class SealedReader:
    """The bytes of a sealed file, for any number of threads. Everything raises EvidenceDamaged and StoreUnusable.

    What is given out was authenticated; of a chunk that does not open nothing is. The length was told by who knows it
    from elsewhere, so a file that was cut off at the end of a chunk is refused like any other.
    """

    def __init__(self, blob: Blob, key: bytes, blob_id: str, size_bytes: int) -> None:
        self._blob = blob
        self._size_bytes = size_bytes
        self._chunks = chunk_count(size_bytes)
        self._opener = ChunkOpener(key, blob_id, size_bytes)
        self._lock = threading.Lock()
        self._first = self._count = 0  # the chunks that `_plain` holds
        self._plain = memoryview(b"")
        self._check_whole(blob_id)

    def _check_whole(self, blob_id: str) -> None:
        expected = sealed_size(self._size_bytes)
        if self._blob.size_bytes != expected:
            raise EvidenceDamaged(
                f"A sealed file is {self._blob.size_bytes} bytes long and was sealed with {expected}. Nothing of it is "
                "given out. Run `safelight evidence fsck`, and restore the blob from a backup."
            )
        if self._blob.read(0, HEADER_BYTES) != sealed_header(blob_id):
            raise EvidenceDamaged(
                "A sealed file does not begin as this blob does: it is another's or was damaged. Nothing of it is "
                "given out. Run `safelight evidence fsck`, and restore the blob from a backup."
            )

    @property
    def size_bytes(self) -> int:
        """The length of the bytes that were sealed."""
        return self._size_bytes

    def read(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; fewer only at the end."""
        end = min(offset + length, self._size_bytes)
        parts = []
        with self._lock:
            while offset < end:
                self._hold_chunk(offset // CHUNK_BYTES, (end - 1) // CHUNK_BYTES)
                start = offset - self._first * CHUNK_BYTES
                stop = min(end - self._first * CHUNK_BYTES, self._count * CHUNK_BYTES)
                parts.append(bytes(self._plain[start:stop]))
                offset += stop - start
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def check_unchanged(self) -> None:
        """Sealed bytes do not change unnoticed: reading them is the check."""

    def pieces(self) -> Iterator[memoryview]:
        """Give all bytes in order, each chunk in memory that the next one overwrites. The store is asked in advance."""
        opened = memoryview(bytearray(min(CHUNK_BYTES, self._size_bytes)))
        fetched = [memoryview(bytearray(_sealed_bytes(min(_PIECE_CHUNKS, self._chunks)))) for _ in range(2)]
        starts = range(0, self._chunks, _PIECE_CHUNKS)
        with ThreadPoolExecutor(max_workers=1) as ahead:
            coming = ahead.submit(self._fetch, 0, _PIECE_CHUNKS, fetched[0])
            for turn, start in enumerate(starts):
                sealed = coming.result()
                if start + _PIECE_CHUNKS < self._chunks:
                    coming = ahead.submit(self._fetch, start + _PIECE_CHUNKS, _PIECE_CHUNKS, fetched[(turn + 1) % 2])
                for number in range(start, min(start + _PIECE_CHUNKS, self._chunks)):
                    part = sealed[_sealed_bytes(number - start) :][: CHUNK_BYTES + TAG_BYTES]
                    yield opened[: self._opener.open_into(number, part, opened)]

    def _hold_chunk(self, number: int, last_wanted: int) -> None:
        """Have a chunk decrypted, and with it as many after it as are wanted or likely to be."""
        if self._first <= number < self._first + self._count:
            return
        goes_on = self._count > 0 and number == self._first + self._count
        likely = 2 * self._count if goes_on else 1
        count = min(max(likely, last_wanted - number + 1), _MOST_AHEAD, self._chunks - number)
        sealed = self._fetch(number, count, memoryview(bytearray(_sealed_bytes(count))))
        plain = memoryview(bytearray(count * CHUNK_BYTES))
        self._count = 0  # until all of them are open, none is held
        for place in range(count):
            part = sealed[_sealed_bytes(place) :][: CHUNK_BYTES + TAG_BYTES]
            self._opener.open_into(number + place, part, plain[place * CHUNK_BYTES :])
        self._plain, self._first, self._count = plain, number, count

    def _fetch(self, number: int, count: int, buffer: memoryview) -> memoryview:
        """Fill the buffer with sealed chunks from that number on."""
        start = chunk_start(number)
        wanted = min(chunk_start(number + count), sealed_size(self._size_bytes)) - start
        if self._blob.read_into(start, buffer[:wanted]) < wanted:
            raise EvidenceDamaged(
                "A sealed file became shorter while it was read. Nothing more of it is given out. Run `safelight "
                "evidence fsck`, and restore the blob from a backup."
            )
        return buffer[:wanted]


def _sealed_bytes(chunks: int) -> int:
    return chunks * (CHUNK_BYTES + TAG_BYTES)
