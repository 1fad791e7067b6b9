"""One attempt at a job: what its handler is given."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from safelight.boundary import Reach, unwatched
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, write
from safelight.errors import LeaseLost
from safelight.jobs import store
from safelight.jobs.boundary import JobBoundary
from safelight.jobs.ending import finish
from safelight.jobs.job import Job
from safelight.roles import Actor


class Run:
    """One attempt. Everything that the handler changes, it changes in its steps.

    A handler may die at any moment and be called again with the same job: each of its steps must find out by itself
    what was done before. What is done in `last_step` is done exactly once.
    """

    def __init__(
        self,
        *,
        job: Job,
        engine: Engine,
        clock: Clock,
        actor: Actor,
        period: timedelta | None = None,
        reach: Reach = unwatched,
    ) -> None:
        self.job = job
        self.engine = engine
        self.clock = clock
        self.actor = actor
        self.period = period
        self.is_finished = False
        self._reach = reach

    @contextmanager
    def step(self) -> Iterator[Tx]:
        """Give a write transaction in which the job is still this worker's.

        Raises `LeaseLost`, before the block, when another worker has taken the job over. Until the transaction ends
        nobody can: the job's row is locked.
        """
        with write(self.engine) as tx:
            self._require_held(tx)
            yield tx
            self._reach(JobBoundary.STEPPING)
        self._reach(JobBoundary.STEPPED)

    @contextmanager
    def last_step(self, *, again_at: datetime | None = None) -> Iterator[Tx]:
        """Give a write transaction that also marks the job done, or with `again_at` lets it wait until then.

        A job of a periodic kind waits for its period if nothing else is said. Raises `LeaseLost` as `step` does.
        """
        with write(self.engine) as tx:
            self._require_held(tx)
            yield tx
            if again_at is None and self.period is not None:
                again_at = self.clock.now() + self.period
            finish(tx, self.clock, self.job, again_at=again_at)
            self._reach(JobBoundary.FINISHING)
        self.is_finished = True
        self._reach(JobBoundary.FINISHED)

    def _require_held(self, tx: Tx) -> None:
        if not store.lock(tx, self.job.id, self.job.fence):
            raise LeaseLost(
                f"Job {self.job.id} is no longer held by {self.job.worker}: it was finished, or another worker has "
                "taken it over. What was about to be done is undone. Nothing is to be done about it."
            )


Handler = Callable[[Run], None]
"""Does the work of one kind of job. What it raises is kept as the reason why the job waits again, or is dead."""
