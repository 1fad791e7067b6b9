"""New sealed files of the spool: made for their owner alone, and gone again when writing them failed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safelight.intake.spool_folder import telling_faults


class SealedFile:
    """A sink of sealed bytes that says what is wrong with the disk. It is not synced: what is sealed is synced then."""

    def __init__(self, path: Path) -> None:
        self._folder = path.parent.parent
        with telling_faults(self._folder):
            self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)

    def write(self, data: memoryview, /) -> int:
        """Write some of the bytes and return how many. Raises StoreUnusable."""
        with telling_faults(self._folder):
            return os.write(self._descriptor, data)

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


@contextmanager
def new_sealed_file(path: Path) -> Iterator[SealedFile]:
    """Give a new file, which is removed if what it is written for fails. Raises StoreUnusable."""
    file = SealedFile(path)
    try:
        yield file
    except Exception:
        path.unlink(missing_ok=True)
        raise
    finally:
        file.close()
