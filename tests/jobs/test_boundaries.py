"""A worker that dies at any boundary loses no job and does none twice in effect."""

# ruff: noqa: S608 - rows are changed by hand here, with numbers of the test's own

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.boundary import unwatched
from safelight.database.engine import open_engine
from safelight.database.transaction import read, write
from safelight.errors import InvalidValue
from safelight.jobs import queries
from safelight.jobs.boundary import JobBoundary
from safelight.jobs.claiming import claim, give_back
from safelight.jobs.job import JobState
from safelight.jobs.queue import enqueue
from safelight.jobs.worker import Worker

DAY = timedelta(days=1)
LEASE = timedelta(seconds=60)


class Abandoned(BaseException):
    """The process is gone."""


class Life:
    """One life of a process: it ends at a boundary, the n-th time that this is reached."""

    def __init__(self, boundary: JobBoundary | None, turn: int = 1) -> None:
        self._boundary, self._left = boundary, turn
        self.reached: set[JobBoundary] = set()

    def reach(self, boundary: JobBoundary) -> None:
        self.reached.add(boundary)
        if boundary is self._boundary:
            self._left -= 1
            if self._left == 0:
                raise Abandoned


@pytest.fixture
def handlers(effects) -> dict[str, Callable]:
    def once(run) -> None:
        with run.last_step() as tx:
            effects.note(tx, str(run.job.args["name"]))

    def in_two_steps(run) -> None:
        with run.step() as tx:
            if not effects.has(tx, "two: first"):
                effects.note(tx, "two: first")
                enqueue(tx, run.clock, kind="once", args={"name": "asked by a step"})
        with run.last_step() as tx:
            effects.note(tx, "two: second")

    def fails_first(run) -> None:
        with run.step() as tx:
            is_first = not effects.has(tx, "failing: first")
            if is_first:
                effects.note(tx, "failing: first")
        if is_first:
            raise RuntimeError
        with run.last_step() as tx:
            effects.note(tx, "failing: second")

    def hopeless(run) -> None:
        raise InvalidValue("It cannot be.")

    def every_day(run) -> None:
        with run.last_step() as tx:
            effects.note(tx, "every day")

    return {
        "once": once,
        "in_two_steps": in_two_steps,
        "fails_first": fails_first,
        "hopeless": hopeless,
        "every_day": every_day,
    }


def _live(url, clock, handlers, life: Life) -> None:
    """Be one process: work until all is done or the end comes; things that wait are waited for."""
    engine = open_engine(url)
    try:
        worker = Worker(
            engine, clock, handlers, name="w1", every={"every_day": DAY}, tell=lambda sentence: None, reach=life.reach
        )
        for wait in [timedelta(0)] + [LEASE, timedelta(seconds=6), timedelta(hours=1)] * 3:
            clock.move(wait)
            worker.run_due()
        jobs = claim(engine, clock, kinds=["given_back"], limit=1, worker="w1", lease=LEASE, reach=unwatched)
        give_back(engine, jobs, life.reach)
    except Abandoned:
        pass
    finally:
        engine.dispose()


def _prepare(engine, clock) -> None:
    with write(engine) as tx:
        for name in ("a", "b"):
            enqueue(tx, clock, kind="once", args={"name": name})
        for kind in ("in_two_steps", "fails_first", "hopeless", "given_back"):
            enqueue(tx, clock, kind=kind)
        lost = enqueue(tx, clock, kind="once", args={"name": "of a worker that was killed"})
        until = (clock.now() + LEASE).strftime("%Y-%m-%d %H:%M:%S.%f")
        tx.execute(
            text(
                "UPDATE jobs SET state = 'running', worker = 'w0', fence = 1, attempts = 1, "
                f"lease_until = '{until}' WHERE id = {lost}"
            )
        )


EFFECTS = {
    "a": 1,
    "b": 1,
    "two: first": 1,
    "two: second": 1,
    "asked by a step": 1,
    "failing: first": 1,
    "failing: second": 1,
    "of a worker that was killed": 1,
    "every day": 1,
}


def _check(engine, effects) -> None:
    assert effects.counts() == EFFECTS
    with read(engine) as tx:
        states = {(job.kind, job.state) for job in queries.page_jobs(tx)}
        dead = tx.execute(text("SELECT count(*) FROM audit_entries WHERE verb = 'bury_job'")).scalar_one()
    assert states == {
        ("once", JobState.DONE),
        ("in_two_steps", JobState.DONE),
        ("fails_first", JobState.DONE),
        ("hopeless", JobState.DEAD),
        ("every_day", JobState.WAITING),
        ("given_back", JobState.WAITING),
    }
    assert dead == 1


def test_a_life_without_a_death_reaches_every_boundary(engine, moving, handlers, effects) -> None:
    _prepare(engine, moving)
    life = Life(None)
    _live(engine.url, moving, handlers, life)
    assert life.reached == set(JobBoundary)
    _check(engine, effects)


@pytest.mark.few_on_postgresql(
    (JobBoundary.CLAIMED, 1),
    (JobBoundary.FINISHING, 1),
    (JobBoundary.FINISHED, 2),
    (JobBoundary.PUT_OFF, 1),
)
@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.parametrize("boundary", JobBoundary)
def test_after_a_death_at_a_boundary_the_next_life_finds_everything_done_once(
    *, engine, moving, handlers, effects, boundary: JobBoundary, turn: int
) -> None:
    _prepare(engine, moving)
    first = Life(boundary, turn)
    _live(engine.url, moving, handlers, first)
    assert boundary in first.reached
    for _ in range(2):
        _live(engine.url, moving, handlers, Life(None))
    _check(engine, effects)
