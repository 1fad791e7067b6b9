"""Patience with bodies that come slowly: how long a sender may be silent, how slow it may be, how long all may take."""

import time
from asyncio import timeout
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from safelight.web.arriving import ArrivalCutOff

SLOWEST_BYTES_PER_S = 1024
"""A sender that is slower than this on the whole, after a first half minute, is given up: it only holds a place."""

_GRACE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many seconds a sender may send nothing, and how many seconds its whole body may take."""

    silence_s: float
    whole_s: float


class Patience:
    """Wraps the application: for whoever reads a body that does not come, reading raises `ArrivalCutOff`."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            receive = _Arriving(receive, self._limits).receive
        await self._app(scope, receive, send)


class _Arriving:
    """One body, from when somebody first asks for it."""

    def __init__(self, receive: Receive, limits: Limits) -> None:
        self._receive, self._limits = receive, limits
        self._begun_at: float | None = None
        self._size = 0
        self._has_ended = False

    async def receive(self) -> Message:
        """Return what came next. Raises `ArrivalCutOff`."""
        if self._has_ended:  # what comes after is that the client goes away, and that may be waited for
            return await self._receive()
        if self._begun_at is None:
            self._begun_at = time.monotonic()
        message = await self._wait(self._begun_at)
        self._size += len(message.get("body", b""))
        self._has_ended = not message.get("more_body", False)
        if not self._has_ended:
            self._require_speed(time.monotonic() - self._begun_at)
        return message

    async def _wait(self, begun_at: float) -> Message:
        left = begun_at + self._limits.whole_s - time.monotonic()
        try:
            async with timeout(min(self._limits.silence_s, left)):
                return await self._receive()
        except TimeoutError:
            if left < self._limits.silence_s:
                told = f"The body took more than {self._limits.whole_s:.0f} seconds. Nothing was kept."
            else:
                told = f"Nothing came for {self._limits.silence_s:.0f} seconds. Nothing was kept."
            raise ArrivalCutOff(told) from None

    def _require_speed(self, taken_s: float) -> None:
        if taken_s > _GRACE_S and self._size < SLOWEST_BYTES_PER_S * (taken_s - _GRACE_S):
            raise ArrivalCutOff(f"The body came more slowly than {SLOWEST_BYTES_PER_S} bytes a second.")
