"""A worker process that carries out jobs without end, to be killed at any moment.

    python tests/journeys/busy_worker.py DATABASE NAME

It says on standard output, a line each, that it is ready and which boundary it reaches. Handlers write what they did
into the table `effects`.
"""

import os
import sys
import threading
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import text

from safelight.boundary import Reach, unwatched
from safelight.clock import Clock, SystemClock
from safelight.database.engine import Engine, open_engine
from safelight.database.transaction import Tx
from safelight.jobs.lease import LeaseTimes
from safelight.jobs.queue import enqueue
from safelight.jobs.run import Run
from safelight.jobs.worker import Worker

TIMES = LeaseTimes(
    lease=timedelta(seconds=1),
    beat=timedelta(seconds=0.3),
    grace=timedelta(seconds=0.4),
    look=timedelta(seconds=0.05),
)
"""So short that other processes take over within the test. Fences keep that safe, however slow the machine is."""

EFFECTS_OF = {"plain": ["{}"], "stepped": ["{}: first", "{}: second", "{}: asked for"], "failing": ["{}"]}
"""What each kind of job leaves behind, each once."""


def plain(run: Run) -> None:
    """Do everything in one step."""
    with run.last_step() as tx:
        _note(tx, str(run.job.args["name"]))


def stepped(run: Run) -> None:
    """Do one thing in a step, and another in the last one, which asks for a job of another kind."""
    name = str(run.job.args["name"])
    with run.step() as tx:
        if tx.execute(text("SELECT 1 FROM effects WHERE name = :name"), {"name": f"{name}: first"}).first() is None:
            _note(tx, f"{name}: first")
    with run.last_step() as tx:
        _note(tx, f"{name}: second")
        enqueue(tx, run.clock, kind="plain", args={"name": f"{name}: asked for"})


def failing(run: Run) -> None:
    """Fail once, then do it."""
    if run.job.attempts == 1:
        raise RuntimeError
    plain(run)


def worker_of(engine: Engine, clock: Clock, name: str, reach: Reach = unwatched) -> Worker:
    """Return a worker as the process has it."""
    handlers = {"plain": plain, "stepped": stepped, "failing": failing}
    return Worker(engine, clock, handlers, name=name, threads=2, times=TIMES, tell=_keep_still, reach=reach)


def _note(tx: Tx, name: str) -> None:
    tx.execute(text("INSERT INTO effects (name) VALUES (:name)"), {"name": name})


def _keep_still(_told: str) -> None:
    pass


def _say(told: str | StrEnum) -> None:
    """Say one line at once and whole, whichever thread says it."""
    os.write(1, f"{told}\n".encode())


if __name__ == "__main__":
    _say("ready")
    worker_of(open_engine(sys.argv[1]), SystemClock(), sys.argv[2], _say).run(threading.Event())
