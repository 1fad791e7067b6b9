"""Bodies that bring media: taken from the network into the sealed spool as they come, in bounded memory."""

import time
from collections.abc import AsyncIterator, Iterator

from anyio import fail_after, from_thread, to_thread
from starlette.requests import ClientDisconnect

from safelight.intake.spool import Spool
from safelight.intake.spooled import Spooled

LONGEST_SILENCE_S = 30.0
"""A sender that sends nothing for so long is given up."""

SLOWEST_BYTES_PER_S = 1024
"""A sender that is slower than this on the whole, after a first half minute, is given up: it only holds a place."""

_GRACE_S = 30.0


class ArrivalCutOff(Exception):
    """The body broke off, or came too slowly. Nothing of it was kept."""


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
        self._begun_at = time.monotonic()
        self._size = 0

    def chunks(self) -> Iterator[bytes]:
        while (chunk := from_thread.run(self._next)) is not None:
            self._size += len(chunk)
            self._require_speed()
            if chunk:
                yield chunk

    async def _next(self) -> bytes | None:
        try:
            with fail_after(LONGEST_SILENCE_S):
                return await anext(self._chunks, None)
        except TimeoutError:
            raise ArrivalCutOff(f"Nothing came for {LONGEST_SILENCE_S:.0f} seconds. Nothing was kept.") from None
        except ClientDisconnect:
            raise ArrivalCutOff("The sender went away in the middle of the body. Nothing was kept.") from None

    def _require_speed(self) -> None:
        taken = time.monotonic() - self._begun_at
        if taken > _GRACE_S and self._size < SLOWEST_BYTES_PER_S * (taken - _GRACE_S):
            raise ArrivalCutOff(f"The body came more slowly than {SLOWEST_BYTES_PER_S} bytes a second.")
