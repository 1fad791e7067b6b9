"""The times by which workers hold jobs, and by which others may take them over."""

from dataclasses import dataclass
from datetime import timedelta

from safelight.errors import InvalidValue


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTimes:
    """How long a claim holds, and how often it is renewed and looked after.

    A lease that ran out is suspected first, and taken over only after the grace: a worker whose heartbeat was kept
    waiting, as by a long write on SQLite, sees within a `look` that it is suspected, and renews. So the grace must be
    several looks long.
    """

    lease: timedelta = timedelta(seconds=60)
    beat: timedelta = timedelta(seconds=20)
    grace: timedelta = timedelta(seconds=5)
    look: timedelta = timedelta(seconds=0.5)

    def __post_init__(self) -> None:
        """Raise `InvalidValue` unless a lease outlasts two beats and the grace two looks."""
        if not (timedelta(0) < self.beat * 2 <= self.lease and timedelta(0) < self.look * 2 <= self.grace):
            raise InvalidValue("A lease must be at least two beats long, and the grace at least two looks.")


USUAL_TIMES = LeaseTimes()
"""What workers go by, but for tests that cannot wait so long."""
