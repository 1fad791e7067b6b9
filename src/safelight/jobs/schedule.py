"""Jobs that come again and again: of each such kind one is open, and the next is due one period after the last."""

from collections.abc import Mapping
from datetime import timedelta

from safelight.boundary import Reach
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read, write
from safelight.jobs import store
from safelight.jobs.boundary import JobBoundary
from safelight.jobs.job import Job, JobState
from safelight.jobs.queue import enqueue


def periodic_key(kind: str) -> str:
    """Return the key of the one open job of a periodic kind."""
    return f"every:{kind}"


def period_of(job: Job, every: Mapping[str, timedelta]) -> timedelta | None:
    """Return after what time a job comes again, None for a job that does not."""
    return every.get(job.kind) if job.key == periodic_key(job.kind) else None


def schedule(engine: Engine, clock: Clock, every: Mapping[str, timedelta], reach: Reach) -> None:
    """See to it that the next job of each periodic kind is there, and not later than its period says.

    The first one is due now. However long no worker ran, one job is waiting, not one for each period that was missed.
    """
    with read(engine) as tx:
        missing = [kind for kind, period in sorted(every.items()) if not _is_scheduled(tx, clock, kind, period)]
    if not missing:
        return
    with write(engine) as tx:
        for kind in missing:
            _schedule(tx, clock, kind, every[kind])
        reach(JobBoundary.SCHEDULING)
    reach(JobBoundary.SCHEDULED)


def _is_scheduled(tx: Tx, clock: Clock, kind: str, period: timedelta) -> bool:
    job = store.find_open(tx, periodic_key(kind))
    return job is not None and (job.state is JobState.RUNNING or job.due_at <= clock.now() + period)


def _schedule(tx: Tx, clock: Clock, kind: str, period: timedelta) -> None:
    key, now = periodic_key(kind), clock.now()
    is_first = store.find_open(tx, key) is None
    enqueue(tx, clock, kind=kind, key=key, due_at=now if is_first else now + period)
