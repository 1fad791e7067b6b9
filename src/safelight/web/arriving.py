"""Bodies that bring media: taken from the network into the sealed spool as they come, in bounded memory."""

from collections.abc import AsyncIterator, Iterator

from anyio import from_thread, to_thread
from starlette.requests import ClientDisconnect, Request

from safelight.intake.spool import ContentTooLarge, Spool
from safelight.intake.spooled import Spooled


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
