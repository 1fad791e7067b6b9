"""Taking up work: claims, claims given back, and jobs taken from workers that are silent."""

import time
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from safelight.boundary import Reach
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read, write
from safelight.jobs import store
from safelight.jobs.boundary import JobBoundary
from safelight.jobs.ending import end_attempt
from safelight.jobs.failure import Failure
from safelight.jobs.job import Job
from safelight.jobs.lease import LeaseTimes
from safelight.jobs.schedule import period_of
from safelight.roles import Actor


def claim(
    engine: Engine,
    clock: Clock,
    *,
    kinds: Collection[str],
    limit: int,
    worker: str,
    lease: timedelta,
    reach: Reach,
) -> list[Job]:
    """Give a worker up to `limit` jobs of these kinds that are due.

    It looks before it asks for the write lock: an idle worker never takes that.
    """
    with read(engine) as tx:
        if not store.has_due(tx, kinds, clock.now()):
            return []
    with write(engine) as tx:
        now = clock.now()  # not before: on SQLite the write lock may have been long in coming
        found = store.claim(tx, kinds, now=now, limit=limit, worker=worker, until=now + lease)
        reach(JobBoundary.CLAIMING)
    reach(JobBoundary.CLAIMED)
    return found


def give_back(engine: Engine, jobs: Sequence[Job], reach: Reach) -> None:
    """Let jobs that were claimed and not begun wait as before."""
    with write(engine) as tx:
        store.give_back(tx, fences(jobs))
        reach(JobBoundary.GIVING_BACK)
    reach(JobBoundary.GIVEN_BACK)


def fences(jobs: Sequence[Job]) -> dict[int, int]:
    """Return the number and the fence of each job."""
    return {job.id: job.fence for job in jobs}


def take_over(
    engine: Engine, clock: Clock, actor: Actor, *, times: LeaseTimes, every: Mapping[str, timedelta], reach: Reach
) -> None:
    """Suspect the leases that ran out; jobs that were suspected and not renewed since wait for another attempt.

    They wait as after a failure: of jobs that were claimed together, one may be what kills its workers, and must come
    to be alone.
    """
    if not _is_expired(engine, clock, times):
        return
    asked_at = time.monotonic()
    with write(engine) as tx:
        was_kept_waiting = time.monotonic() - asked_at > times.grace.total_seconds() / 2
        # Where this worker waited long for the write lock, so did the one that it suspects: the grace begins anew.
        silent = [] if was_kept_waiting else _silent(tx, clock, times)
        for job in silent:
            end_attempt(tx, clock, actor, job, _silence(job), period=period_of(job, every))
        if silent:
            reach(JobBoundary.TAKING_OVER)
        is_any_new = _suspect(tx, clock, is_anew=was_kept_waiting)
        if is_any_new:
            reach(JobBoundary.SUSPECTING)
    if silent:
        reach(JobBoundary.TAKEN_OVER)
    if is_any_new:
        reach(JobBoundary.SUSPECTED)


def _is_expired(engine: Engine, clock: Clock, times: LeaseTimes) -> bool:
    with read(engine) as tx:
        now = clock.now()
        return store.has_expired(tx, now=now, suspected_before=now - times.grace)


def _silent(tx: Tx, clock: Clock, times: LeaseTimes) -> list[Job]:
    now = clock.now()
    return store.expired(tx, now=now, suspected_before=now - times.grace)


def _suspect(tx: Tx, clock: Clock, *, is_anew: bool) -> bool:
    now = clock.now()
    found = store.expired(tx, now=now, suspected_before=None)
    if is_anew:
        found += store.expired(tx, now=now, suspected_before=now)
    store.suspect(tx, [job.id for job in found], now)
    return bool(found)


def _silence(job: Job) -> Failure:
    return Failure(reason=f"The worker {job.worker} stopped without a word, or lost the database.", is_final=False)
