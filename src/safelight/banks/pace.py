"""How many rows an import stores at a time, so that others who write never wait long."""

import time
from collections.abc import Iterator

AIM_S = 0.1
"""How long one transaction of an import should hold the write lock."""

_FEWEST, _MOST = 250, 4_000


class Pace:
    """Grows and shrinks the number of rows by how long the last transaction took. Iterate for the next number."""

    def __init__(self) -> None:
        self.rows = 2_000
        self.longest_s = 0.0
        self._began_at = time.monotonic()

    def __iter__(self) -> Iterator[int]:
        while True:
            yield self.rows

    def began(self) -> None:
        """Say that the write lock is held."""
        self._began_at = time.monotonic()

    def ended(self) -> None:
        """Say that it is not any more, and reckon the next number of rows."""
        took_s = time.monotonic() - self._began_at
        self.longest_s = max(self.longest_s, took_s)
        if took_s > 2 * AIM_S:
            self.rows = max(_FEWEST, self.rows // 2)
        elif took_s < AIM_S:
            self.rows = min(_MOST, self.rows * 3 // 2)
