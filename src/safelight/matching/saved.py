"""Saved indexes: one file for each signal type, in a folder of the workspace, that every process maps.

Whoever saves holds a lock meanwhile, so that of several processes only one does the work; the others take up its file.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safelight.hashing.pdq import Flavour, which_flavour
from safelight.hashing.signal import SignalType
from safelight.matching.index import Index, open_index
from safelight.matching.new_file import leftovers
from safelight.matching.shelf import FrozenShelf

Mark = tuple[int, int, int]
"""What tells one file from the next that takes its place: its device, its number there, when it was written."""


def file_name(signal_type: SignalType, flavour: Flavour) -> str:
    """Return the name of the file of a signal type.

    The twin's is another than the kernel's: processes of either kind may share a workspace.
    """
    is_twins = signal_type is SignalType.PDQ and which_flavour(flavour) is Flavour.TWIN
    return f"{signal_type.value}{'-twin' if is_twins else ''}.index"


class SavedIndexes:
    """The files of one workspace."""

    def __init__(self, folder: Path, flavour: Flavour) -> None:
        self._folder = folder
        self._flavour = flavour

    def open(self, signal_type: SignalType) -> Index:
        """Map the saved index of a signal type. Raises `IndexFileRefused` with the reason."""
        return open_index(signal_type, self._path(signal_type), self._flavour)

    def mark(self, signal_type: SignalType) -> Mark | None:
        """Return what tells this file from the next; None if there is none."""
        try:
            state = self._path(signal_type).stat()
        except OSError:
            return None
        return state.st_dev, state.st_ino, state.st_mtime_ns

    def size_bytes(self, signal_type: SignalType) -> int | None:
        """Return how large the saved index is; None if there is none."""
        try:
            return self._path(signal_type).stat().st_size
        except OSError:
            return None

    def save(self, signal_type: SignalType, shelf: FrozenShelf) -> bool:
        """Save an index; return False if another process is just saving one. Raises OSError."""
        with self._lock(signal_type) as is_mine:
            if is_mine:
                path = self._path(signal_type)
                for left in leftovers(path):
                    left.unlink(missing_ok=True)
                shelf.index.save(path, shelf.note)
            return is_mine

    def _path(self, signal_type: SignalType) -> Path:
        return self._folder / file_name(signal_type, self._flavour)

    @contextmanager
    def _lock(self, signal_type: SignalType) -> Iterator[bool]:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        lock = os.open(self._folder / f"{signal_type.value}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
        finally:
            os.close(lock)
