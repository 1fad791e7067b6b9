"""What a worker has claimed and not begun: filled by one thread, emptied by those that carry jobs out."""

import threading
import time
from collections import deque
from collections.abc import Iterable

from safelight.jobs.job import Job


class Backlog:
    """Hands jobs to threads, and says when threads have nothing to do."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._jobs: deque[Job] = deque()
        self._filled_at = 0.0
        self._idle = 0
        self._is_closed = False

    def fill(self, jobs: Iterable[Job]) -> None:
        """Add jobs in the order in which they shall be begun."""
        with self._changed:
            self._jobs.extend(jobs)
            self._filled_at = time.monotonic()
            self._changed.notify_all()

    def take(self) -> Job | None:
        """Wait for a job and return it; None once the backlog is closed."""
        with self._changed:
            self._idle += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: bool(self._jobs) or self._is_closed)
            self._idle -= 1
            return None if self._is_closed else self._jobs.popleft()

    @property
    def is_closed(self) -> bool:
        """Whether no more jobs are given out."""
        with self._changed:
            return self._is_closed

    def wait_until_hungry(self, timeout_s: float) -> bool:
        """Wait until a thread has nothing to do, at most so long; return whether that came to be."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._idle > len(self._jobs), timeout_s)
            return not self._is_closed and self._idle > len(self._jobs)

    def drain(self, *, older_than_s: float = 0.0) -> list[Job]:
        """Return what nobody has begun, and forget it; nothing when it was filled less than so long ago."""
        with self._changed:
            if time.monotonic() - self._filled_at < older_than_s:
                return []
            jobs = list(self._jobs)
            self._jobs.clear()
            return jobs

    def close(self) -> None:
        """Give no more jobs out. What is left is to be drained."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
