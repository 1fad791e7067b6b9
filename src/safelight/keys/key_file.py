"""The key file: one file that only its owner reads, replaced wholly or not at all."""

import fcntl
import glob
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from safelight.errors import AlreadyExists, KeysUnusable
from safelight.keys.file_access import is_of_another, is_open_to_others
from safelight.keys.key_ring import KeyRing
from safelight.keys.ring_text import ring_of_text, ring_text

_MOST_BYTES = 4 << 20
_NEW = ".new"
Stamp = tuple[int, int, int, int]
"""What tells one state of a file from the next: device, inode, size, time of its last change in nanoseconds."""


@dataclass(slots=True)
class KeyFile:
    """A key file and what was last read from it: read anew as soon as another process has replaced it.

    A program that runs for months thus wraps with a new key from the moment of its rotation on.
    """

    path: Path
    _last: tuple[Stamp, KeyRing] | None = field(default=None, repr=False)

    def read(self) -> KeyRing:
        """Return the ring. Raises `KeysUnusable` for a file that is missing, damaged, newer, or open to others."""
        last = self._last
        try:
            if last is not None and _stamp(self.path.stat()) == last[0]:
                return last[1]
            stamp, text = self._load()
        except FileNotFoundError:
            raise KeysUnusable(
                f"There is no key file {self.path}: nothing sealed can be opened or made. If there ever was one, bring "
                "it back from its recovery copy: safelight key import FILE --identity IDENTITY. In a new installation: "
                "safelight key create"
            ) from None
        except OSError as error:
            raise KeysUnusable(
                f"The key file {self.path} cannot be read: {error.strerror}. Nothing sealed can be opened or made "
                "until it can."
            ) from error
        ring = ring_of_text(text, name=f"The key file {self.path}")
        self._last = (stamp, ring)
        return ring

    def _load(self) -> tuple[Stamp, bytes]:
        with self.path.open("rb") as file:
            facts = os.fstat(file.fileno())
            self._require_private(file.fileno(), facts)
            return _stamp(facts), file.read(_MOST_BYTES)

    def _require_private(self, descriptor: int, facts: os.stat_result) -> None:
        if not stat.S_ISREG(facts.st_mode):
            raise KeysUnusable(f"{self.path} is no ordinary file. Name the key file itself.")
        if is_of_another(facts):
            raise KeysUnusable(
                f"The key file {self.path} belongs to another user than the one who runs this program: that user could "
                f"read and change the keys. It was not used. Run as its owner, or: chown {os.geteuid()} {self.path}"
            )
        if is_open_to_others(descriptor, facts):
            raise KeysUnusable(
                f"Other users may open the key file {self.path}. It was not used. Close it: chmod 600 {self.path} "
                "- and if others can have read it, change the keys: safelight key rotate"
            )

    def exists(self) -> bool:
        """Whether anything has this name, usable or not."""
        return os.path.lexists(self.path)

    def create(self, ring: KeyRing) -> None:
        """Write a file where none is. Raises `AlreadyExists` or `KeysUnusable`; then there is none, or the old one."""
        with self._locked():
            if self.exists():
                raise AlreadyExists(
                    f"There is a key file {self.path} already, and it is never overwritten. For a new key: "
                    "safelight key rotate"
                )
            self._replace(ring)

    def change(self, alter: Callable[[KeyRing], KeyRing]) -> KeyRing:
        """Replace the ring by what `alter` makes of it, one process after the other. Raises `KeysUnusable`.

        What `alter` raises leaves the file as it was.
        """
        with self._locked():
            ring = alter(self.read())
            self._replace(ring)
            return ring

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            descriptor = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _replace(self, ring: KeyRing) -> None:
        try:
            self._sweep()
            descriptor, name = tempfile.mkstemp(prefix=f".{self.path.name}.", suffix=_NEW, dir=self.path.parent)
            try:
                with open(descriptor, "wb") as file:
                    _write_through(file, ring_text(ring))
                os.replace(name, self.path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
            _sync_folder(self.path.parent)
        except OSError as error:
            raise self._unwritable(error) from error

    def _sweep(self) -> None:
        """Remove what writers left that were killed: it may hold keys. Only who has the lock may."""
        for leftover in self.path.parent.glob(f".{glob.escape(self.path.name)}.*{_NEW}"):
            leftover.unlink(missing_ok=True)

    def _unwritable(self, error: OSError) -> KeysUnusable:
        return KeysUnusable(
            f"The key file {self.path} cannot be written: {error.strerror}. It is as it was before, and so are the "
            "keys. Make room or give write access to its folder, then try again."
        )


def _write_through(file: BinaryIO, data: bytes) -> None:
    file.write(data)
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _stamp(facts: os.stat_result) -> Stamp:
    return facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns
