"""Bodies that bring media: taken from the network into the sealed spool as they come, in bounded memory."""

import io
from collections.abc import AsyncIterator, Iterator
from typing import Any, BinaryIO

from anyio import from_thread, to_thread
from starlette.requests import ClientDisconnect, Request

from safelight.intake.spool import ContentTooLarge, Spool
from safelight.intake.spooled import Spooled

_BLOCK_BYTES = 256 << 10


class ArrivalCutOff(Exception):
    """The body broke off, or came too slowly (`safelight.web.patience`). Nothing of it was kept."""


_MOST_AROUND = 1 << 20
"""What stands around media in a form, at most."""


def require_room(request: Request, max_bytes: int) -> None:
    """Raise ContentTooLarge where a request announces more media than may come, before any of it is read."""
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdecimal() and (len(told) > 19 or int(told) > max_bytes + _MOST_AROUND):
        raise ContentTooLarge(f"more than {max_bytes} bytes are announced")


async def spool_body(chunks: AsyncIterator[bytes], spool: Spool, *, max_bytes: int) -> Spooled:
    """Take a body into the spool in a thread, chunk by chunk as the thread asks for them.

    Raises ArrivalCutOff, ContentTooLarge and StoreUnusable, and what `chunks` raises; then nothing is left of it.
    """
    pulling = _Pulling(chunks)
    return await to_thread.run_sync(lambda: spool.receive(pulling.chunks(), max_bytes=max_bytes))


def read_body_as_file(chunks: AsyncIterator[bytes], *, max_bytes: int) -> BinaryIO:
    """Return a body as a file that a thread reads, chunk by chunk as it asks for them; nothing of it is kept.

    Reading raises ArrivalCutOff, ContentTooLarge, and what `chunks` raises. It works in a thread of anyio alone.
    """
    return io.BufferedReader(_Pulled(_Pulling(chunks).chunks(), max_bytes), _BLOCK_BYTES)


class _Pulled(io.RawIOBase):
    """The chunks of a body as an unbuffered file."""

    def __init__(self, chunks: Iterator[bytes], max_bytes: int) -> None:
        self._chunks, self._max_bytes = chunks, max_bytes
        self._held = memoryview(b"")
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._held:
            self._held = memoryview(next(self._chunks, b""))
            self._size += len(self._held)
            if self._size > self._max_bytes:
                raise ContentTooLarge(f"more than {self._max_bytes} bytes came")
        count = min(len(buffer), len(self._held))
        buffer[:count] = self._held[:count]
        self._held = self._held[count:]
        return count


class _Pulling:
    """Gives a thread the chunks that the event loop receives."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks

    def chunks(self) -> Iterator[bytes]:
        while (chunk := from_thread.run(self._next)) is not None:
            if chunk:
                yield chunk

    async def _next(self) -> bytes | None:
        try:
            return await anext(self._chunks, None)
        except ClientDisconnect:
            raise ArrivalCutOff("The sender went away in the middle of the body. Nothing was kept.") from None
