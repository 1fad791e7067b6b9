"""A tar archive as a stream of bytes: nothing is held but the piece at hand, and nothing is on disk."""

import tarfile
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from safelight.errors import EvidenceDamaged

_END = bytes(2 * tarfile.BLOCKSIZE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of an archive. `pieces` are its bytes in order, `size_bytes` in all."""

    name: str
    size_bytes: int
    pieces: Iterable[bytes | memoryview]


def member(name: str, data: bytes) -> Member:
    """Return a member whose bytes are at hand."""
    return Member(name=name, size_bytes=len(data), pieces=(data,))


def tar_pieces(members: Iterable[Member], *, made_at: datetime) -> Generator[bytes | memoryview, None, None]:
    """Give the archive piece by piece (POSIX.1-2001 `pax`: files of any size); every file has mode 0600.

    A member is asked for only when those before it have gone out. Raises `EvidenceDamaged` when the pieces of one do
    not make up the size that was said: its header is out by then, so the archive is void.
    """
    for each in members:
        header = tarfile.TarInfo(each.name)
        header.size, header.mode, header.mtime = each.size_bytes, 0o600, int(made_at.timestamp())
        yield header.tobuf(tarfile.PAX_FORMAT)
        yield from _measured(each)
        yield bytes(-each.size_bytes % tarfile.BLOCKSIZE)
    yield _END


def _measured(each: Member) -> Iterator[bytes | memoryview]:
    size_bytes = 0
    for piece in each.pieces:
        size_bytes += len(piece)
        yield piece
    if size_bytes != each.size_bytes:
        raise EvidenceDamaged(
            f"{each.name} has {size_bytes} bytes, where {each.size_bytes} were sealed. Nothing was handed out. "
            "Run `safelight evidence fsck`."
        )
