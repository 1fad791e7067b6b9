"""Uses of secrets, gathered in memory until somebody writes them down."""

import threading
from collections.abc import Mapping
from datetime import datetime


class Uses:
    """Counts how often each secret was used, and when last. It holds one row for each secret that there is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[int, tuple[int, datetime]] = {}

    def count(self, secret_id: int, at: datetime, times: int = 1) -> None:
        """Take note of uses. It returns at once, and several threads may do so."""
        with self._lock:
            before = self._waiting.get(secret_id)
            self._waiting[secret_id] = (times, at) if before is None else (before[0] + times, max(before[1], at))

    def take(self) -> dict[int, tuple[int, datetime]]:
        """Give what was counted since it was last asked."""
        with self._lock:
            taken, self._waiting = self._waiting, {}
        return taken

    def put_back(self, taken: Mapping[int, tuple[int, datetime]]) -> None:
        """Take back what could not be written down."""
        for secret_id, (times, at) in taken.items():
            self.count(secret_id, at, times)
