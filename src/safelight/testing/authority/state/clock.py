"""A clock that can be driven: it goes as the one beneath it goes, so far ahead as it was told to."""

import threading
from datetime import datetime, timedelta

from safelight.clock import Clock


class DrivenClock:
    """Tells the time of another clock and what it was advanced by. A clock that was set back is not refused."""

    def __init__(self, clock: Clock, ahead: timedelta = timedelta()) -> None:
        self._clock, self._ahead = clock, ahead
        self._lock = threading.Lock()

    @property
    def ahead(self) -> timedelta:
        """How far it is ahead of the clock beneath it."""
        return self._ahead

    def now(self) -> datetime:
        """Return the present moment."""
        return self._clock.now() + self._ahead

    def advance(self, by: timedelta) -> datetime:
        """Go forward by so much, or back where it is negative, and return the time that it is then."""
        with self._lock:
            self._ahead += by
        return self.now()

    def set_to(self, moment: datetime) -> datetime:
        """Stand at a moment, and go on from there."""
        with self._lock:
            self._ahead = moment - self._clock.now()
        return self.now()
