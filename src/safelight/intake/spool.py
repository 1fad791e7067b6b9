"""The spool: arriving bytes, written once into a sealed file whose key is in memory only, and read back by range.

What is dropped is gone with its key, whatever a disk keeps of the file: so no spool is ever synced, until it is sealed
into the vault. Small ones stay in memory.
"""

import secrets
import uuid
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from safelight.boundary import Reach, unwatched
from safelight.intake.digesting import Digesting
from safelight.intake.sealed_file import new_sealed_file
from safelight.intake.spool_boundary import SpoolBoundary
from safelight.intake.spool_folder import SpoolFolder
from safelight.intake.spooled import Spooled
from safelight.vault.chunks import CHUNK_BYTES, KEY_BYTES, SealedWriter


class ContentTooLarge(Exception):
    """More bytes came than may come. Nothing of them was left behind."""


class Spool:
    """Takes arriving bytes into a folder, in a folder of this process's own in it. For any number of threads.

    `memory_bytes` is how large content may be that stays in memory. What a process left that was killed, a later one
    removes by `sweep`; the keys of that died with it.
    """

    def __init__(self, folder: Path, *, memory_bytes: int, reach: Reach = unwatched) -> None:
        self._places = SpoolFolder(folder)
        self._memory_bytes = memory_bytes
        self._reach = reach
        self._threads = ThreadPoolExecutor(max_workers=3, thread_name_prefix="digest")

    def receive(self, chunks: Iterable[bytes | memoryview], *, max_bytes: int) -> Spooled:
        """Take bytes in to their end. A chunk is done with when the next one is asked for.

        Raises ContentTooLarge beyond `max_bytes`, and StoreUnusable where the disk is full or closed; what `chunks`
        raises is passed on. Nothing is left then.
        """
        pieces = _pieces(_limited(chunks, max_bytes))
        held = bytearray()
        for piece in pieces:
            if len(held) + len(piece) > self._memory_bytes:
                return self._write(_chained(held, piece, pieces))
            held += piece
        digesting = Digesting(self._threads)
        digesting.take(memoryview(held))
        digesting.settle()
        return self._spooled(secrets.token_bytes(KEY_BYTES), uuid.uuid4().hex, digesting, bytes(held))

    def sweep(self) -> int:
        """Remove what dead processes left, and return of how many. Raises StoreUnusable."""
        return self._places.sweep()

    def close(self) -> None:
        """Remove this process's folder with all spools in it; calling it again does nothing."""
        self._threads.shutdown()
        self._places.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, pieces: Iterator[memoryview]) -> Spooled:
        """Take all pieces into a sealed file, each digested while it is encrypted and written."""
        key, blob_id, digesting = secrets.token_bytes(KEY_BYTES), uuid.uuid4().hex, Digesting(self._threads)
        own = self._places.own()
        self._reach(SpoolBoundary.FOLDER_MADE)
        with new_sealed_file(own / blob_id) as file:
            self._reach(SpoolBoundary.FILE_MADE)
            writer = SealedWriter(file, key, blob_id)
            for piece in pieces:
                digesting.take(piece)
                writer.write(piece)
                digesting.settle()
                self._reach(SpoolBoundary.PIECE_WRITTEN)
            size_bytes = writer.finish()
        self._reach(SpoolBoundary.FILE_FINISHED)
        return self._spooled(key, blob_id, digesting, size_bytes)

    def _spooled(self, key: bytes, blob_id: str, digesting: Digesting, held: bytes | int) -> Spooled:
        return Spooled(
            folder=self._places, key=key, blob_id=blob_id, digests=digesting.digests(), held=held, reach=self._reach
        )


def _limited(chunks: Iterable[bytes | memoryview], max_bytes: int) -> Iterator[memoryview]:
    """Give chunks as they come. Raises ContentTooLarge with the one that is too much."""
    left = max_bytes
    for chunk in chunks:
        left -= len(chunk)
        if left < 0:
            raise ContentTooLarge(f"more than {max_bytes} bytes came")
        yield memoryview(chunk)


def _pieces(chunks: Iterator[memoryview]) -> Iterator[memoryview]:
    """Give the same bytes in pieces that are long enough to be worked on side by side, the last one shorter."""
    held = bytearray()
    for chunk in chunks:
        if not held and len(chunk) >= CHUNK_BYTES:
            yield chunk
            continue
        held += chunk
        if len(held) >= CHUNK_BYTES:
            yield memoryview(held)
            held = bytearray()
    if held:
        yield memoryview(held)


def _chained(held: bytearray, piece: memoryview, pieces: Iterator[memoryview]) -> Iterator[memoryview]:
    """Give what was held, then a piece, then all others."""
    if held:
        yield memoryview(held)
    yield piece
    yield from pieces
