"""Spooled bytes: what arrived, sealed under a key that only this process has, or in memory where it is small."""

import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from safelight.boundary import Reach, unwatched
from safelight.errors import EvidenceDamaged
from safelight.intake.content import ContentLost
from safelight.intake.media import Digests
from safelight.intake.sealed_file import new_sealed_file
from safelight.intake.spool_boundary import SpoolBoundary
from safelight.intake.spool_folder import SpoolFolder
from safelight.vault.chunks import SealedWriter
from safelight.vault.sealed_reader import SealedReader


class LocalFile:
    """An open sealed file, read by position. It can be read on when its name is gone."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    @property
    def size_bytes(self) -> int:
        """The length of the whole."""
        return os.fstat(self._descriptor).st_size

    def read(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`."""
        return os.pread(self._descriptor, length, offset)

    def read_into(self, offset: int, buffer: memoryview) -> int:
        """Fill the buffer from `offset`; fewer bytes only at the end."""
        filled = 0
        while filled < len(buffer) and (got := os.preadv(self._descriptor, [buffer[filled:]], offset + filled)):
            filled += got
        return filled

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


class Spooled:
    """Bytes that arrived: content to scan, and what can be sealed. Leaving its block drops it.

    `held` is the bytes themselves where they are in memory, else their number. Dropping what the store of blobs has
    taken over forgets the key and leaves the store's copy alone.
    """

    def __init__(
        self,
        *,
        folder: SpoolFolder,
        key: bytes,
        blob_id: str,
        digests: Digests,
        held: bytes | int,
        reach: Reach = unwatched,
    ) -> None:
        self._folder = folder
        self._key = key
        self._blob_id = blob_id
        self._digests = digests
        self._reach = reach
        self._lock = threading.Lock()
        self._is_placed = False
        self._is_written = isinstance(held, int)
        self._data = held if isinstance(held, bytes) else None
        self._size_bytes = len(held) if isinstance(held, bytes) else held
        self._file: LocalFile | None = None
        self._reader: SealedReader | None = None
        if self._data is None:
            self._file = LocalFile(self._path())
            self._reader = SealedReader(self._file, key, blob_id, self._size_bytes)

    @property
    def blob_id(self) -> str:
        """The id that the sealed file is for."""
        return self._blob_id

    @property
    def key(self) -> bytes:
        """The key of the sealed file."""
        return self._key

    @property
    def digests(self) -> Digests:
        """MD5, SHA-1 and SHA-256 of the bytes, taken while they arrived."""
        return self._digests

    @property
    def sha256(self) -> bytes:
        """The last of those digests."""
        return self._digests.sha256

    @property
    def size_bytes(self) -> int:
        """The length of the whole."""
        return self._size_bytes

    @property
    def is_placed(self) -> bool:
        """Whether the store of blobs has the sealed file."""
        return self._is_placed

    @property
    def is_kept(self) -> bool:
        """These bytes have no row anywhere: when the process ends, they are gone."""
        return False

    def read(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; fewer only at the end. Raises ContentLost."""
        data, reader = self._data, self._reader
        if data is not None:
            return data if offset == 0 and length >= len(data) else data[offset : offset + length]
        if reader is None:
            raise ContentLost("the spool was dropped")
        try:
            return reader.read(offset, length)
        except (EvidenceDamaged, OSError) as error:
            raise ContentLost("the sealed spool was damaged or cannot be read") from error

    def check_unchanged(self) -> None:
        """Sealed bytes do not change unnoticed, and those in memory do not change."""

    def sealed_file(self) -> Path:
        """Return the path of the sealed file; what was in memory until now is written first. Raises StoreUnusable."""
        path = self._path()
        with self._lock:
            if self._data is not None and not self._is_written:
                # A file that an earlier try left unfinished is overwritten under a key that sealed these very bytes.
                path.unlink(missing_ok=True)
                with new_sealed_file(path) as file:
                    writer = SealedWriter(file, self._key, self._blob_id)
                    writer.write(self._data)
                    writer.finish()
                self._is_written = True
        return path

    def mark_placed(self) -> None:
        """Take note that the store has the file, and that it is no longer at its path."""
        self._is_placed = True

    def drop(self) -> None:
        """Forget the key and the bytes, and remove the file; calling it again does nothing."""
        with self._lock:
            file, self._file = self._file, None
            self._data = self._reader = None
            self._key = b""
            if file is not None:
                file.close()
            if self._is_written:
                self._path().unlink(missing_ok=True)
        self._reach(SpoolBoundary.FILE_DROPPED)

    def _path(self) -> Path:
        return self._folder.own() / self._blob_id

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drop()
