"""A new file that is there wholly or not at all, for what only its owner may read."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from safelight.errors import AlreadyExists, InvalidValue

_WITHOUT_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS}


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write; at the end of the block it is forced to the disk and gets its name, in one step.

    Until then it lies beside under another name (`.NAME.….part`), which an exception removes and a kill leaves behind.
    Raises AlreadyExists for a name that is taken, be it taken meanwhile, and InvalidValue where no file can be made.
    """
    if os.path.lexists(path):
        raise _in_the_way(path)
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise InvalidValue(f"{path} cannot be written: {error.strerror}.") from error
    try:
        with open(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _give_name(Path(name), path)
    finally:
        Path(name).unlink(missing_ok=True)
    _sync(path.parent)


def _give_name(beside: Path, path: Path) -> None:
    """Rename a file, unless the new name is taken: a plain renaming would overwrite what has it."""
    try:
        path.hardlink_to(beside)
    except FileExistsError as error:
        raise _in_the_way(path) from error
    except OSError as error:
        if error.errno not in _WITHOUT_LINKS:
            raise
        if os.path.lexists(path):
            raise _in_the_way(path) from error
        beside.rename(path)


def _in_the_way(path: Path) -> AlreadyExists:
    return AlreadyExists(f"{path} exists and is not overwritten. Name another file.")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
