"""A folder for the spools of this process alone, and the removal of what dead processes left in theirs."""

import fcntl
import os
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safelight.errors import StoreUnusable

_SUFFIX = ".lock"


class SpoolFolder:
    """Makes a process's own folder when it is first asked for, beside a file whose lock lasts as long as it does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._making = threading.Lock()
        self._own: Path | None = None
        self._lock_descriptor = -1

    def own(self) -> Path:
        """Return this process's folder, which only its owner may enter. Raises StoreUnusable."""
        with self._making:
            if self._own is None:
                with telling_faults(self._folder):
                    self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                    own, self._lock_descriptor = _lock_new_name(self._folder)
                    own.mkdir(mode=0o700)
                    self._own = own
            return self._own

    def close(self) -> None:
        """Remove this process's folder with all in it; calling it again does nothing."""
        with self._making:
            if self._own is None:
                return
            shutil.rmtree(self._own, ignore_errors=True)
            self._own.with_suffix(_SUFFIX).unlink(missing_ok=True)
            os.close(self._lock_descriptor)
            self._own = None

    def sweep(self) -> int:
        """Remove the folders of processes that died, and return how many. Raises StoreUnusable."""
        with telling_faults(self._folder):
            if not self._folder.exists():
                return 0
            return sum(_remove_if_dead(path) for path in sorted(self._folder.glob(f"*{_SUFFIX}")))


@contextmanager
def telling_faults(folder: Path) -> Iterator[None]:
    """Raise StoreUnusable for what the disk cannot help, naming what to do."""
    try:
        yield
    except OSError as error:
        raise StoreUnusable(
            f"The spool {folder} cannot be used: {error.strerror}. What was arriving was not taken in, and nothing of "
            "it was left. Make room, or check the folder's rights and its disk."
        ) from error


def _lock_new_name(folder: Path) -> tuple[Path, int]:
    """Return a new name and the descriptor that holds its lock. The lock comes before the folder of that name."""
    while True:
        own = folder / secrets.token_hex(8)
        lock = own.with_suffix(_SUFFIX)
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return own, descriptor
        os.close(descriptor)  # a sweep came between the making and the lock


def _remove_if_dead(lock: Path) -> bool:
    """Remove a process's folder and its lock unless the process lives."""
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False  # another sweep, or its process, was quicker
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        own = lock.with_suffix("")
        if own.exists():
            shutil.rmtree(own)
        lock.unlink(missing_ok=True)
        return True
    finally:
        os.close(descriptor)
