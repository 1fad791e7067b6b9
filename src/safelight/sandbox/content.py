"""Content: what a task is run on, read by range."""

from typing import Protocol


class Content(Protocol):
    """Bytes of a known length that can be read from any offset."""

    @property
    def size_bytes(self) -> int:
        """The length of the whole."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; fewer only at the end. What it raises reaches the caller."""
        ...
