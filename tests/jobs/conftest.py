"""What tests of jobs need: a clock that is moved by hand, a table that handlers write into, workers."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read, write
from safelight.jobs import queries
from safelight.jobs.job import Job
from safelight.jobs.lease import LeaseTimes
from safelight.jobs.queue import enqueue
from safelight.jobs.run import Handler, Run
from safelight.jobs.worker import Worker

SHORT = LeaseTimes(
    lease=timedelta(seconds=0.8),
    beat=timedelta(seconds=0.3),
    grace=timedelta(seconds=0.3),
    look=timedelta(seconds=0.02),
)
"""Times for tests that let real time pass."""

BEYOND = timedelta(hours=2)
"""Longer than any wait between attempts, any lease and any grace."""


class MovingClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by


class Effects:
    """A table into which handlers write, a row for each time that they did something."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @staticmethod
    def note(tx: Tx, name: str) -> None:
        tx.execute(text("INSERT INTO effects (name) VALUES (:name)"), {"name": name})

    def counts(self) -> dict[str, int]:
        with read(self._engine) as tx:
            found = tx.execute(text("SELECT name, count(*) FROM effects GROUP BY name"))
            return {row.name: row[1] for row in found}

    def has(self, tx: Tx, name: str) -> bool:
        return tx.execute(text("SELECT 1 FROM effects WHERE name = :name"), {"name": name}).first() is not None


def note_once(run: Run) -> None:
    """Do the usual work of these tests: one row, written in the last step."""
    with run.last_step() as tx:
        Effects.note(tx, str(run.job.args["name"]))


@pytest.fixture
def moving(clock: FixedClock) -> MovingClock:
    return MovingClock(clock.at)


@pytest.fixture
def effects(engine: Engine) -> Iterator[Effects]:
    with write(engine) as tx:
        tx.execute(text("DROP TABLE IF EXISTS effects"))
        tx.execute(text("CREATE TABLE effects (name VARCHAR(50))"))
    yield Effects(engine)
    with write(engine) as tx:
        tx.execute(text("DROP TABLE effects"))


@pytest.fixture
def ask(engine: Engine, moving: MovingClock) -> Callable[..., int]:
    """Enqueue a job of the kind `note`, unless another is named, in a transaction of its own."""

    def add(name: str = "a", kind: str = "note", **more: Any) -> int:
        with write(engine) as tx:
            return enqueue(tx, moving, kind=kind, args={"name": name}, **more)

    return add


@pytest.fixture
def job_of(engine: Engine) -> Callable[[int], Job]:
    def find(job_id: int) -> Job:
        with read(engine) as tx:
            return queries.find_job(tx, job_id)

    return find


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def make_worker(engine: Engine, moving: MovingClock, told: list[str]) -> Callable[..., Worker]:
    """Make a worker by the clock that is moved by hand; it knows the kind `note`."""

    def make(handlers: Mapping[str, Handler] | None = None, **more: Any) -> Worker:
        more = {"name": "w1", "clock": moving, "tell": told.append, **more}
        return Worker(engine, handlers=handlers or {"note": note_once}, **more)

    return make
