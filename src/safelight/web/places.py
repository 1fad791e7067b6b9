"""Places for media and lists: so many come at a time, and a prompt "come again" beyond that."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class NoPlace(Exception):
    """Every place is taken. Nothing was taken in; whoever asks should come again."""

    retry_after_s = 1


class Places:
    """Lets so many in, and turns the others away at once instead of growing.

    Who is in has the place while the media arrives too: what few can do at once, such as decoding, has a bound of its
    own, so that a sender who is slow keeps nobody from it.
    """

    def __init__(self, most: int, *, what: str = "scans") -> None:
        self._left = self._all = most
        self._what = what

    @property
    def taken(self) -> int:
        """How many are in now."""
        return self._all - self._left

    @property
    def is_full(self) -> bool:
        """Whether no place is left."""
        return self._left <= 0

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Take a place for the length of a block. Raises `NoPlace` where none is left."""
        if self._left <= 0:
            raise NoPlace(
                f"All places for {self._what} are taken. Nothing was taken in. Send it again after the time told."
            )
        self._left -= 1
        try:
            yield
        finally:
            self._left += 1
