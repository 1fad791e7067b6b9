"""Where blobs arrive while a backup is restored: what a restoring that died left there is undone by the next one."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from safelight.errors import BackupRefused
from safelight.flow.backup.id_file import IdFile
from safelight.flow.backup.reading import Arriving
from safelight.vault.blobs.interface import BlobStore

_FOLDER = "restoring"
_PLACED = "placed"
_LOCK = "lock"


class RestorePlace:
    """A folder in the workspace, for one restoring at a time. What arrives in it is sealed already."""

    def __init__(self, folder: Path, blobs: BlobStore) -> None:
        self._folder = folder
        self._blobs = blobs
        self._placed = IdFile(folder / _PLACED)

    def receive(self, blob_id: str, arriving: Arriving) -> Path:
        """Write a blob to a file of its own here, and return that."""
        path = self._folder / blob_id
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as file:
            file.writelines(arriving.pieces())
        return path

    def place(self, blob_id: str, path: Path) -> None:
        """Hand a file over to the store; from before that on it is known here which one is to be removed again."""
        self._placed.add(blob_id)
        self._blobs.place(blob_id, path)

    def placed(self) -> Iterator[str]:
        """Give the ids of the blobs that were placed, in order."""
        return iter(self._placed)

    def undo(self) -> None:
        """Remove every blob that was placed."""
        for blob_id in self._placed:
            self._blobs.remove(blob_id)

    def close(self) -> None:
        """Close the list of what was placed; it stays where it is."""
        self._placed.close()

    def clear(self) -> None:
        """Forget what was placed: it stays for good, or was removed."""
        shutil.rmtree(self._folder)


@contextmanager
def open_place(workspace: Path, blobs: BlobStore) -> Iterator[RestorePlace]:
    """Give the place, emptied of what a restoring that died has left: its blobs are removed from the store too.

    Call it only where the database is unused: then no blob of that restoring can belong to anything. An ordinary error
    in the block has the blobs removed again. Raises `BackupRefused` while another restoring is at work here.
    """
    folder = workspace / _FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    with open(folder / _LOCK, "wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupRefused(
                "Another restoring into this workspace is at work. Nothing was restored by this one. Wait for it."
            ) from error
        _undo_earlier(folder, blobs)
        with closing(RestorePlace(folder, blobs)) as place:
            try:
                yield place
            except Exception:
                place.undo()
                place.clear()
                raise
            place.clear()


def _undo_earlier(folder: Path, blobs: BlobStore) -> None:
    with closing(RestorePlace(folder, blobs)) as earlier:
        earlier.undo()
    for path in folder.iterdir():
        if path.name != _LOCK:
            path.unlink()
