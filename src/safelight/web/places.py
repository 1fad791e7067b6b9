"""Places for scans: so many at a time, so many that wait, and a prompt "come again" beyond that."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class NoPlace(Exception):
    """Every place is taken and enough wait. Nothing was taken in; whoever asks should come again."""

    retry_after_s = 1


class Places:
    """Lets so many work at once and so many wait, and turns the others away at once instead of growing."""

    def __init__(self, working: int, waiting: int) -> None:
        self._free = asyncio.Semaphore(working)
        self._left = working + waiting
        self._all = self._left

    @property
    def taken(self) -> int:
        """How many work or wait now."""
        return self._all - self._left

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Take a place for the length of a block. Raises `NoPlace` where none is left to wait in."""
        if self._left <= 0:
            raise NoPlace("All places for scans are taken. Nothing was taken in. Send it again after the time told.")
        self._left -= 1
        try:
            async with self._free:
                yield
        finally:
            self._left += 1
