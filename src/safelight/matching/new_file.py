"""Files that are there wholly or not at all: written under a new name, synced, then renamed."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

_SUFFIX = ".new"


def replace_file(path: Path, parts: Iterable[bytes | memoryview]) -> None:
    """Put a file of these parts in the place of the one that may be there; until the very end that one stays.

    Only its owner may read it. Raises OSError; what was begun is then removed.
    """
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=_SUFFIX, dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Force the names that a folder holds to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def leftovers(path: Path) -> Iterable[Path]:
    """Return what writers of this file left when they were killed. Only who holds its lock may remove them."""
    return path.parent.glob(f"{path.name}.*")
