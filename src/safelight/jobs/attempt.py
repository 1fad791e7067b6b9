"""Carrying out one job: its handler is called, and what came of it is written down."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from safelight.boundary import Reach
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.errors import DatabaseUnusable, LeaseLost
from safelight.jobs import store
from safelight.jobs.boundary import JobBoundary
from safelight.jobs.ending import end_attempt
from safelight.jobs.failure import Failure, failure_of
from safelight.jobs.job import Job, JobState
from safelight.jobs.run import Handler, Run
from safelight.jobs.schedule import period_of
from safelight.roles import Actor


class Attempts:
    """Calls handlers. However an attempt ends, this goes on with the next one."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        handlers: Mapping[str, Handler],
        *,
        every: Mapping[str, timedelta],
        actor: Actor,
        tell: Callable[[str], None],
        reach: Reach,
    ) -> None:
        self._engine, self._clock, self._handlers, self._every = engine, clock, handlers, every
        self._actor, self._tell, self._reach = actor, tell, reach

    def carry_out(self, job: Job) -> None:
        """Make one attempt. A handler that ends without a last step has done its job; so that is written down."""
        run = Run(
            job=job,
            engine=self._engine,
            clock=self._clock,
            actor=self._actor,
            period=period_of(job, self._every),
            reach=self._reach,
        )
        self._reach(JobBoundary.STARTED)
        try:
            self._handlers[job.kind](run)
            if not run.is_finished:
                with run.last_step():
                    pass
        except LeaseLost as error:
            self._tell(str(error))
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is kept as the reason, and told
            self._fail(run, failure_of(error))

    def _fail(self, run: Run, failure: Failure) -> None:
        job = run.job
        if run.is_finished:
            self._tell(f"Job {job.id} ({job.kind}) was done, and failed afterwards: {failure.reason}")
            return
        self._reach(JobBoundary.FAILED)
        try:
            state = self._write_failure(run, failure)
        except DatabaseUnusable as error:
            # Nobody renews its lease any more: when that has run out, a worker that has the database takes it up.
            self._tell(f"Job {job.id} ({job.kind}) failed, which cannot be written down: {error} [{error.code}]")
            return
        if state is not None:
            ending = "is dead" if state is JobState.DEAD else "waits for another attempt"
            self._tell(f"Job {job.id} ({job.kind}) {ending}: {failure.reason}")

    def _write_failure(self, run: Run, failure: Failure) -> JobState | None:
        """Return the state that the job is in now, None when another worker has taken it over."""
        job = run.job
        with write(self._engine) as tx:
            if not store.lock(tx, job.id, job.fence):
                return None
            state = end_attempt(tx, self._clock, self._actor, job, failure, period=run.period)
            is_dead = state is JobState.DEAD
            self._reach(JobBoundary.BURYING if is_dead else JobBoundary.PUTTING_OFF)
        self._reach(JobBoundary.BURIED if is_dead else JobBoundary.PUT_OFF)
        return state
