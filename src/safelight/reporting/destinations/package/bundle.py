"""Bundles: the tar of a package while it is written, member by member, each encrypted as it streams in.

Nothing is held but the piece at hand, and nothing is on disk in the clear. A member's header says its size, which is
known only afterwards (age adds a random stanza): its place is left free, and filled in then.
"""

import hashlib
import tarfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import BinaryIO

from safelight.reporting.destinations.package.folder import FolderFault
from safelight.vault.age_file import Recipient, write_age

_HEADER = bytes(tarfile.BLOCKSIZE)
_END = bytes(2 * tarfile.BLOCKSIZE)


class Bundle:
    """A tar that is being written into an open file. All its members lie in one folder, `top`.

    What a disk does not take raises `FolderFault`; what the pieces of a member raise is raised as it is, and then
    nothing of that member is left.
    """

    def __init__(self, file: BinaryIO, top: str, *, made_at: datetime) -> None:
        self._file, self._top, self._made_at = file, top, made_at
        self._digests: dict[str, str] = {}
        self._starts: dict[str, int] = {}

    @property
    def digests(self) -> bytes:
        """SHA-256 of each member so far, as `sha256sum` writes it."""
        return digest_lines(self._digests)

    def add(self, name: str, data: bytes) -> None:
        """Add a member in the clear."""
        with _disk():
            start = self._begin(name)
            self._file.write(data)
            self._end(name, start, len(data), hashlib.sha256(data).hexdigest())

    def add_encrypted(self, name: str, pieces: Iterable[bytes | memoryview], recipients: Sequence[Recipient]) -> None:
        """Add a member that only the recipients can open."""
        with _disk():
            start = self._begin(name)
        try:
            written = write_age(self._write, pieces, recipients)
            with _disk():
                self._end(name, start, written.size_bytes, written.sha256.hex())
        except BaseException:
            with _disk():
                self._cut(start)
            raise

    def drop_last(self, name: str) -> bool:
        """Take out the member that was added last, if that is its name; say whether it was."""
        if not self._starts or next(reversed(self._starts)) != name:
            return False
        with _disk():
            self._cut(self._starts.pop(name))
        del self._digests[name]
        return True

    def close(self) -> None:
        """Write the end of the archive."""
        with _disk():
            self._file.write(_END)
            self._file.flush()

    def _write(self, data: bytes) -> int:
        with _disk():
            return self._file.write(data)

    def _begin(self, name: str) -> int:
        if name in self._digests:
            raise ValueError("a member of this name is there")
        start = self._file.tell()
        self._file.write(_HEADER)
        return start

    def _end(self, name: str, start: int, size_bytes: int, sha256: str) -> None:
        self._file.write(bytes(-size_bytes % tarfile.BLOCKSIZE))
        end = self._file.tell()
        header = tarfile.TarInfo(f"{self._top}/{name}")
        header.size, header.mode, header.mtime = size_bytes, 0o600, int(self._made_at.timestamp())
        self._file.seek(start)
        self._file.write(header.tobuf(tarfile.GNU_FORMAT))  # of one block, whatever the size
        self._file.seek(end)
        self._digests[name], self._starts[name] = sha256, start

    def _cut(self, start: int) -> None:
        self._file.seek(start)
        self._file.truncate()


class _disk:  # noqa: N801 - it reads as what it guards
    """Tells what a disk does not take as a fault of the folder."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OSError):
            raise FolderFault(f"The package cannot be written: {error.strerror}") from error


def digest_lines(digests: dict[str, str]) -> bytes:
    """Return digests by their names as `sha256sum` writes and checks them."""
    return "".join(f"{digest}  {name}\n" for name, digest in digests.items()).encode()
