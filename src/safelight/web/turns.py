"""Turns at the worker processes: so many at a time, and nobody waits for one for long."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, fail_after, to_thread

from safelight.web.places import NoPlace

_T = TypeVar("_T")


class Turns:
    """Lets so many do in threads what takes a worker process, and tells whoever waits too long to come again."""

    def __init__(self, most: int, *, wait_s: float) -> None:
        self._free = CapacityLimiter(most)
        self._threads = CapacityLimiter(most)  # no thread of these is ever waited for: a turn comes first
        self._wait_s = wait_s

    @property
    def most(self) -> int:
        """How many have a turn at a time."""
        return int(self._free.total_tokens)

    @property
    def taken(self) -> int:
        """How many have one now."""
        return int(self._free.borrowed_tokens)

    @property
    def waiting(self) -> int:
        """How many wait for one now."""
        return self._free.statistics().tasks_waiting

    async def run(self, work: Callable[[], _T]) -> _T:
        """Do work in a thread when its turn comes. Raises `NoPlace` where none came in time: then nothing was done."""
        borrower = object()
        try:
            with fail_after(self._wait_s):
                await self._free.acquire_on_behalf_of(borrower)
        except TimeoutError:
            raise NoPlace(
                f"Every worker process was taken for {self._wait_s:g} seconds. Nothing was kept. Send it again after "
                "the time told."
            ) from None
        try:
            return await to_thread.run_sync(work, limiter=self._threads)
        finally:
            self._free.release_on_behalf_of(borrower)
