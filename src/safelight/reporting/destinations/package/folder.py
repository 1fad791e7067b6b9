"""The folder: where packages are put, and the names that tell a whole one from one that is being made.

A package that is being made is one hidden file that ends in `.part`. It gets its name by being renamed, and is given up
by being removed: of the two the file system lets exactly one happen, and that is how a package is either finished or
retracted, never both. Whoever makes one holds a lock on its file; a part that nobody holds was left by a process that
died, and is removed when the next package is begun.

The folder has a name of its own, in a hidden file, which every package's name begins with: of a package that was begun
in another folder, or on a disk that is not mounted now, nothing is ever said.
"""

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO

ENDING = ".safelight-report.tar"
_PART = ENDING + ".part"
_OWN_NAME = ".safelight-folder"
_NAME = re.compile(r"([0-9a-f]{8})-([0-9a-f]{16})")


class FolderFault(Exception):
    """The folder cannot be used as it is; the text says why, for people."""


class Standing(Enum):
    """What lies in the folder under a name."""

    FINISHED = "finished"
    PART = "part"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of packages. Every method raises `FolderFault` where it cannot be read or written."""

    path: Path

    def finished(self, name: str) -> Path:
        """Return where a package is once it is whole."""
        return self.path / f"{name}{ENDING}"

    def begin(self) -> tuple[str, BinaryIO]:
        """Give a new name and its part, open to be written and locked, after parts that nobody holds were removed."""
        with self._told("no package can be begun"):
            self._sweep()
            while True:
                name = f"{self._own_name(makes=True)}-{secrets.token_hex(8)}"
                file = _locked(self._part(name), os.O_RDWR | os.O_CREAT | os.O_EXCL)
                if file is not None:
                    _sync(self.path)
                    return name, file

    def finish(self, name: str, file: BinaryIO) -> bool:
        """Give a part its name, once all of it is on the disk; say False where it was retracted meanwhile."""
        with self._told("the package cannot be finished"):
            file.flush()
            os.fsync(file.fileno())
            try:
                self._part(name).rename(self.finished(name))
            except FileNotFoundError:
                self._require_own(name)
                return False
            _sync(self.path)
            return True

    def retract(self, name: str) -> Standing:
        """Remove a part, and return what lay there: a part that is gone now, a finished package that stays, nothing."""
        with self._told("it cannot be told what became of a package"):
            self._require_own(name)
            if self.finished(name).exists():
                return Standing.FINISHED
            try:
                self._part(name).unlink()
            except FileNotFoundError:  # it may have been finished since
                return Standing.FINISHED if self.finished(name).exists() else Standing.NOTHING
            _sync(self.path)
            return Standing.PART

    def standing(self, name: str) -> Standing:
        """Return what lies there."""
        with self._told("it cannot be told what became of a package"):
            self._require_own(name)
            if self.finished(name).exists():
                return Standing.FINISHED
            return Standing.PART if self._part(name).exists() else Standing.NOTHING

    def discard(self, name: str) -> None:
        """Remove a package, finished or not, where there is one."""
        with self._told("a package cannot be deleted"):
            self._require_own(name)
            self.finished(name).unlink(missing_ok=True)
            self._part(name).unlink(missing_ok=True)
            _sync(self.path)

    def _part(self, name: str) -> Path:
        return self.path / f".{name}{_PART}"

    def _require_own(self, name: str) -> None:
        """Raise `FolderFault` where a package of this name would lie in another folder than is here now."""
        found = _NAME.fullmatch(name)
        if found is None or self._own_name(makes=False) != found[1]:
            raise FolderFault(
                f"The package was begun in another folder than is now at {self.path}: its disk may not be mounted, or "
                "the setup names another folder. Bring back the one in which it was begun, with its hidden files"
            )

    def _own_name(self, *, makes: bool) -> str:
        path = self.path / _OWN_NAME
        if not path.exists() and makes:
            with _holding(self.path):  # two that begin at once agree on one name
                if not path.exists():
                    _write_whole(path, secrets.token_hex(4))
        return path.read_text().strip() if path.exists() else ""

    def _sweep(self) -> None:
        for part in sorted(self.path.glob(f".*{_PART}")):
            file = _locked(part, os.O_RDWR)
            if file is not None:
                part.unlink(missing_ok=True)
                file.close()

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            if not self.path.is_dir():
                raise FolderFault(f"The folder of packages is missing: {self.path}. Make it, or mount its disk")
            yield
        except OSError as error:
            raise FolderFault(f"{self.path}: {what}: {error.strerror}") from error


def _locked(path: Path, flags: int) -> BinaryIO | None:
    """Open a file and lock it; None where it is gone, or somebody else holds it."""
    try:
        descriptor = os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except FileNotFoundError:
        return None
    file = os.fdopen(descriptor, "r+b", buffering=1 << 20)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    if os.fstat(file.fileno()).st_nlink == 0:  # who sweeps was faster
        file.close()
        return None
    return file


@contextmanager
def _holding(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write_whole(path: Path, text: str) -> None:
    """Write a small file so that it is there whole or not at all."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("w") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        _sync(path.parent)
    finally:
        with suppress(OSError):  # what is raised says what is wrong
            part.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
