"""Sealed bytes in a folder: two levels of folders, and nothing under a final name that is not whole and synced."""

import errno
import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from safelight.boundary import Reach, unwatched
from safelight.errors import BlobMissing, StoreUnusable
from safelight.vault.blobs.interface import Blob
from safelight.vault.seal_boundary import BlobBoundary

_MARK = "safelight-vault"
_BLOBS = "blobs"
_LEDGER = "ledger"
_INCOMING = "incoming"
_BLOB_ID = re.compile(r"[0-9a-f]{32}\Z")
_RECORD_NAME = re.compile(r"[0-9a-z][0-9a-z._-]{3,99}\Z")
_COPY_BYTES = 8 << 20
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CLOSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


@dataclass(frozen=True, slots=True, kw_only=True)
class _DiskBlob:
    """An open blob, read by position."""

    descriptor: int
    size_bytes: int
    folder: Path

    def read(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`."""
        buffer = bytearray(max(0, min(length, self.size_bytes - offset)))
        return bytes(buffer[: self.read_into(offset, memoryview(buffer))])

    def read_into(self, offset: int, buffer: memoryview) -> int:
        """Fill the buffer from `offset`; fewer bytes only at the end."""
        filled = 0
        with _telling(self.folder):
            while filled < len(buffer) and (got := os.preadv(self.descriptor, [buffer[filled:]], offset + filled)):
                filled += got
        return filled


@dataclass(frozen=True, slots=True)
class DiskBlobs:
    """A folder of sealed bytes that only its owner may read.

    The folder is made once, by `create`, and bears a mark. Without the mark nothing is written: a disk that is not
    mounted must not be taken for an empty store.
    """

    folder: Path
    reach: Reach = unwatched

    def create(self) -> None:
        """Make the folder, or leave it as it is where it was made before."""
        with _telling(self.folder):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name in (_BLOBS, _LEDGER, _INCOMING):
                (self.folder / name).mkdir(mode=0o700, exist_ok=True)
            (self.folder / _MARK).touch(mode=0o600)
            _sync_folder(self.folder)

    def place(self, blob_id: str, path: Path) -> None:
        """Take over a file: synced, then renamed; from another file system, copied under a temporary name first."""
        target = self._blob_path(blob_id)
        with _telling(self.folder):
            self._require_mark()
            if not path.exists() and target.exists():
                return
            self._make_parents(target)
            self._move(path, target)
            self.reach(BlobBoundary.FILE_MOVED)
            _sync_folder(target.parent)

    def _move(self, path: Path, target: Path) -> None:
        with open(path, "rb") as file:
            os.fchmod(file.fileno(), 0o600)
            os.fsync(file.fileno())
        self.reach(BlobBoundary.FILE_SYNCED)
        try:
            os.replace(path, target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            self._copy(path, target)
            path.unlink()

    def _copy(self, path: Path, target: Path) -> None:
        with self._incoming() as (name, descriptor), open(path, "rb") as source:
            with open(descriptor, "wb", buffering=0, closefd=False) as copy:
                shutil.copyfileobj(source, copy, _COPY_BYTES)
            os.fsync(descriptor)
            self.reach(BlobBoundary.FILE_COPIED)
            os.replace(name, target)

    @contextmanager
    def open(self, blob_id: str) -> Iterator[Blob]:
        """Open a blob for reading."""
        with _telling(self.folder):
            descriptor = self._descriptor(blob_id)
        try:
            size_bytes = os.fstat(descriptor).st_size
            yield _DiskBlob(descriptor=descriptor, size_bytes=size_bytes, folder=self.folder)
        finally:
            os.close(descriptor)

    def _descriptor(self, blob_id: str) -> int:
        try:
            return os.open(self._blob_path(blob_id), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            self._require_mark()
            raise BlobMissing(
                f"The blob {blob_id} is not in {self.folder}: what was sealed in it cannot be read. Run `safelight "
                "evidence fsck`, and restore it from a backup."
            ) from None

    def remove(self, blob_id: str) -> bool:
        """Remove a blob, and return when the folder that held its name is synced."""
        target = self._blob_path(blob_id)
        with _telling(self.folder):
            self._require_mark()
            try:
                target.unlink()
            except FileNotFoundError:
                return False
            self.reach(BlobBoundary.FILE_REMOVED)
            _sync_folder(target.parent)
        return True

    def blob_ids(self) -> Iterator[str]:
        """Give the ids of all blobs. What is not a blob, such as a note that somebody left, is passed over."""
        return (path.name for path in self._files(_BLOBS) if _BLOB_ID.match(path.name))

    def write_ledger(self, name: str, data: bytes) -> bool:
        """Keep a record: written under a temporary name, synced, then linked to its own, which must be free."""
        if not _RECORD_NAME.match(name):
            raise ValueError("a ledger record's name is 4 to 100 small letters, digits, dots, dashes and underscores")
        target = self.folder / _LEDGER / name[:2] / name[2:4] / name
        with _telling(self.folder):
            self._require_mark()
            self._make_parents(target)
            with self._incoming() as (incoming, descriptor):
                with open(descriptor, "wb", closefd=False) as file:
                    file.write(data)
                os.fsync(descriptor)
                self.reach(BlobBoundary.RECORD_WRITTEN)
                try:
                    os.link(incoming, target)
                except FileExistsError:
                    return False
                self.reach(BlobBoundary.RECORD_LINKED)
            _sync_folder(target.parent)
        return True

    def ledger(self) -> Iterator[tuple[str, bytes]]:
        """Give the name and the bytes of every record."""
        for path in self._files(_LEDGER):
            with _telling(self.folder):
                yield path.name, path.read_bytes()

    def sweep(self) -> int:
        """Remove what writers left under temporary names when they were killed, and return how many files."""
        removed = 0
        with _telling(self.folder):
            self._require_mark()
            for path in (self.folder / _INCOMING).iterdir():
                removed += _remove_unlocked(path)
        return removed

    def _blob_path(self, blob_id: str) -> Path:
        if not _BLOB_ID.match(blob_id):
            raise ValueError("a blob id is 32 hexadecimal digits")
        return self.folder / _BLOBS / blob_id[:2] / blob_id[2:4] / blob_id

    def _files(self, kind: str) -> Iterator[Path]:
        with _telling(self.folder):
            self._require_mark()
            yield from (path for path in (self.folder / kind).glob("*/*/*"))

    def _require_mark(self) -> None:
        if not (self.folder / _MARK).exists():
            raise StoreUnusable(
                f"{self.folder} is not a store of sealed bytes, or its disk is not mounted: it has no file {_MARK}. "
                "Nothing was written. Mount the disk; for a new store, run `safelight init`."
            )

    def _make_parents(self, target: Path) -> None:
        for folder in (target.parent.parent, target.parent):
            with suppress(FileExistsError):
                folder.mkdir(mode=0o700)
            _sync_folder(folder.parent)

    @contextmanager
    def _incoming(self) -> Iterator[tuple[Path, int]]:
        """Give a new file under a temporary name, locked for as long as its writer lives; the name is gone after."""
        path, descriptor = _make_locked(self.folder / _INCOMING)
        try:
            yield path, descriptor
        finally:
            path.unlink(missing_ok=True)
            os.close(descriptor)


def _make_locked(folder: Path) -> tuple[Path, int]:
    """Make a new file of a random name and hold its lock: as long as that is held, no sweep takes the file."""
    while True:
        path = folder / secrets.token_hex(16)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return path, descriptor
        os.close(descriptor)  # a sweep came between the making and the lock


def _remove_unlocked(path: Path) -> int:
    """Remove a file unless its writer lives and holds its lock. Return how many files that is."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return 0
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink(missing_ok=True)
    except BlockingIOError:
        return 0
    else:
        return 1
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    """Force the names that a folder holds to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _telling(folder: Path) -> Iterator[None]:
    """Raise StoreUnusable for what the disk cannot help, naming what to do."""
    try:
        yield
    except OSError as error:
        raise StoreUnusable(f"{_what_happened(folder, error)} Nothing was left half-written there.") from error


def _what_happened(folder: Path, error: OSError) -> str:
    if error.errno in _FULL:
        return f"The disk of the sealed bytes, {folder}, is full. Make room, then do it again."
    if error.errno in _CLOSED:
        return f"{folder} cannot be written or read ({error.strerror}). Check its rights and how it is mounted."
    return f"{folder} cannot be used: {error.strerror}. Check that its disk is there and sound."
