"""How an attempt ends: the job is done, waits for the next one, or is dead."""

from datetime import datetime, timedelta

from safelight.audit import log
from safelight.audit.entry import Details
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.jobs import store
from safelight.jobs.failure import Failure
from safelight.jobs.job import MOST_ATTEMPTS, Job, JobState, back_off
from safelight.jobs.queue import enqueue
from safelight.roles import Actor


def finish(tx: Tx, clock: Clock, job: Job, *, again_at: datetime | None) -> None:
    """Let a job that this transaction has locked be done, or wait until it is wanted again."""
    asked = store.asked_again(tx, job.id)
    wanted = [at for at in (asked, again_at) if at is not None]
    if wanted:
        store.wait(tx, job.id, due_at=min(wanted), reason="", begins_anew=True)
    else:
        store.end(tx, job.id, state=JobState.DONE, reason="", now=clock.now())


def end_attempt(
    tx: Tx, clock: Clock, actor: Actor, job: Job, failure: Failure, *, period: timedelta | None = None
) -> JobState:
    """Let a job that this transaction has locked wait for its next attempt, or be dead, and return its state.

    It is dead after a final failure and after `MOST_ATTEMPTS`. Then whatever it was asked for once more, and the next
    job of a periodic kind, become a job of their own.
    """
    if failure.is_final or job.attempts >= MOST_ATTEMPTS:
        _bury(tx, clock, actor, job, reason=failure.reason, period=period)
        return JobState.DEAD
    due_at = clock.now() + back_off(job.attempts, job_id=job.id)
    store.wait(tx, job.id, due_at=due_at, reason=failure.reason, begins_anew=False)
    return JobState.WAITING


def _bury(tx: Tx, clock: Clock, actor: Actor, job: Job, *, reason: str, period: timedelta | None) -> None:
    again_at = store.asked_again(tx, job.id)
    if again_at is None and period is not None:
        again_at = clock.now() + period
    store.end(tx, job.id, state=JobState.DEAD, reason=reason, now=clock.now())
    if again_at is not None:
        enqueue(tx, clock, kind=job.kind, args=job.args, key=job.key, due_at=again_at)
    if period is not None and job.key is not None:
        # One dead job tells that a periodic kind fails; a row for each period would only hide the others.
        store.remove_dead(tx, job.key, but=job.id)
    details: Details = {"kind": job.kind, "attempts": job.attempts}
    log.write(tx, clock=clock, actor=actor, verb="bury_job", target=f"job:{job.id}", reason=reason, details=details)
