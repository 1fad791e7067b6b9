"""Recent answers: what figures are made of that has to be asked of a database, at most every few seconds."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from safelight.errors import SafelightError

_T = TypeVar("_T")

EVERY_S = 5.0
"""However often somebody asks for figures, the database is asked no more often than this."""


@dataclass(slots=True, kw_only=True)
class Recent(Generic[_T]):
    """One answer of a database, and what is told while there is none. For any number of threads.

    `nothing` is told before the first answer and where the last question failed: an old answer would look like a new
    one.
    """

    read: Callable[[], _T]
    nothing: _T
    every_s: float = EVERY_S
    _taken: _T | None = None
    _again_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> _T:
        """Return the answer, of now or of some seconds ago."""
        with self._lock:
            if time.monotonic() >= self._again_at:
                try:
                    self._taken = self.read()
                except SafelightError:
                    self._taken = None
                self._again_at = time.monotonic() + self.every_s
            return self.nothing if self._taken is None else self._taken
