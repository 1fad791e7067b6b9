"""Workers: threads that carry out the jobs that are due."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from math import inf

from safelight.boundary import Reach, unwatched
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.errors import DatabaseUnusable, InvalidValue
from safelight.jobs import store
from safelight.jobs.attempt import Attempts
from safelight.jobs.backlog import Backlog
from safelight.jobs.claiming import claim, give_back, take_over
from safelight.jobs.crew import Crew
from safelight.jobs.handlers import check_table
from safelight.jobs.heartbeat import Heartbeat
from safelight.jobs.job import Job
from safelight.jobs.lease import USUAL_TIMES, LeaseTimes
from safelight.jobs.run import Handler
from safelight.jobs.schedule import schedule
from safelight.roles import Actor, ActorKind

MOST_THREADS = 8
"""Threads of one worker: each holds a connection, and a database is opened with at most 15."""

BATCH = 16
"""Jobs of one claim: a claim is a transaction, and costs as much as a short job."""

Tell = Callable[[str], None]
_LOG = logging.getLogger("safelight")
_NO_PERIODS: Mapping[str, timedelta] = {}


class Worker:
    """Carries out the jobs of its kinds, in as many threads as it is given, beside any number of other workers.

    `name` says who it is, to people and in the audit log; fences, not names, keep workers apart. `every` says which
    kinds come again, and after what time. `tell` is told in sentences, from any thread, what somebody should know.
    Raises `InvalidValue` for a table that cannot be: a kind of the wrong form, a periodic kind without a handler.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        handlers: Mapping[str, Handler],
        *,
        name: str,
        threads: int = 1,
        every: Mapping[str, timedelta] = _NO_PERIODS,
        times: LeaseTimes = USUAL_TIMES,
        tell: Tell = _LOG.warning,
        reach: Reach = unwatched,
    ) -> None:
        check_table(handlers, every)
        if not 1 <= threads <= MOST_THREADS:
            raise InvalidValue(f"A worker has 1 to {MOST_THREADS} threads. For more, start another worker.")
        self._engine, self._clock, self._name = engine, clock, name
        self._kinds, self._every = frozenset(handlers), dict(every)
        self._threads, self._times, self._tell, self._reach = threads, times, tell, reach
        self._actor = Actor(kind=ActorKind.SERVICE, name=f"worker {name}")
        self._heartbeat = Heartbeat(engine, clock, times, tell)
        self._attempts = Attempts(engine, clock, dict(handlers), every=every, actor=self._actor, tell=tell, reach=reach)
        self._told: set[str] = set()

    def run_due(self, stop: threading.Event | None = None) -> int:
        """Carry out what is due, in the calling thread, until nothing is; return how many attempts that were.

        With `stop`, until that is set: what runs is finished, and what was claimed and not begun is given back.
        """
        stop, count = stop or threading.Event(), 0
        with self._heartbeat.beating():
            self._tend()
            while not stop.is_set() and (jobs := deque(self._claim())):
                while jobs and not stop.is_set():
                    self._carry_out(jobs.popleft())
                    count += 1
                self._give_back(jobs)
        return count

    def run(self, stop: threading.Event) -> None:
        """Carry out what comes due until `stop` is set.

        Then what runs is finished, and what was claimed and not begun is given back. While the database cannot be
        used it says so and goes on trying.
        """
        crew = Crew(self._carry_out, self._threads)
        with self._heartbeat.beating():
            with crew.working():
                self._feed(crew.backlog, stop)
            with self._telling_trouble():
                self._give_back(crew.backlog.drain())

    def _feed(self, backlog: Backlog, stop: threading.Event) -> None:
        look_s, beat_s = self._times.look.total_seconds(), self._times.beat.total_seconds()
        tended_at = -inf
        while not stop.is_set() and not backlog.is_closed:
            is_hungry = backlog.wait_until_hungry(look_s)
            with self._telling_trouble():
                if time.monotonic() - tended_at >= beat_s:
                    self._tend()
                    tended_at = time.monotonic()
                # What waits here behind long jobs, others may have the time for.
                self._give_back(backlog.drain(older_than_s=beat_s))
                if is_hungry and (jobs := self._claim()):
                    backlog.fill(jobs)
                    continue
            if is_hungry:
                stop.wait(look_s)

    @contextmanager
    def _telling_trouble(self) -> Iterator[None]:
        try:
            yield
        except DatabaseUnusable as error:
            self._tell(f"The worker goes on trying: {error} [{error.code}]")

    def _tend(self) -> None:
        """See to what comes again, and tell of jobs that nobody here can do."""
        schedule(self._engine, self._clock, self._every, self._reach)
        with read(self._engine) as tx:
            unknown = store.due_kinds(tx, self._clock.now()) - self._kinds - self._told
        for kind in sorted(unknown):
            self._tell(f"Jobs of the kind {kind} are due, and this worker has no handler for them. They wait.")
        self._told |= unknown

    def _claim(self) -> list[Job]:
        who = (self._engine, self._clock)
        take_over(*who, self._actor, times=self._times, every=self._every, reach=self._reach)
        lease = self._times.lease
        jobs = claim(*who, kinds=self._kinds, limit=BATCH, worker=self._name, lease=lease, reach=self._reach)
        self._heartbeat.hold(jobs)
        return jobs

    def _carry_out(self, job: Job) -> None:
        try:
            self._attempts.carry_out(job)
        finally:
            self._heartbeat.drop([job])

    def _give_back(self, jobs: Collection[Job]) -> None:
        if jobs:
            self._heartbeat.drop(jobs)
            give_back(self._engine, list(jobs), self._reach)
