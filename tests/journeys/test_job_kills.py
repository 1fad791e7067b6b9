"""Worker processes that are killed at any moment lose no job and do none twice in effect, on both databases."""

import importlib.util
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from safelight.clock import SystemClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.jobs import queries
from safelight.jobs.job import JobState
from safelight.jobs.queue import enqueue

_BUSY = Path(__file__).parent / "busy_worker.py"
_SPEC = importlib.util.spec_from_file_location("busy_worker", _BUSY)
assert _SPEC is not None
assert _SPEC.loader is not None
busy = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(busy)

_WAITING = 300  # jobs that wait whenever a worker is killed: none is idle
_KILLS = [3, pytest.param(100, marks=pytest.mark.long)]


class LaterClock:
    """The computer's clock moved forward, for the time that the test does not wait."""

    def __init__(self) -> None:
        self.by = timedelta(0)

    def now(self) -> datetime:
        return SystemClock().now() + self.by


class Process:
    """A worker process; what it says is read while it works, for it would wait for that."""

    def __init__(self, engine: Engine, name: str) -> None:
        url = engine.url.render_as_string(hide_password=False)
        self._process = subprocess.Popen(
            [sys.executable, str(_BUSY), url, name], stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self._ready = threading.Event()
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def wait_until_ready(self) -> None:
        assert self._ready.wait(60)

    def kill(self) -> str:
        """Kill it, and return the last that it said."""
        assert self._process.poll() is None  # it works until it is killed
        self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        return self.said[-1] if self.said else "ready"

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line == "ready\n":
                self._ready.set()
            else:
                self.said.append(line.strip())


@contextmanager
def _effects(engine: Engine) -> Iterator[None]:
    with write(engine) as tx:
        tx.execute(text("DROP TABLE IF EXISTS effects"))
        tx.execute(text("CREATE TABLE effects (name VARCHAR(100))"))
        tx.execute(text("CREATE INDEX ix_effects ON effects (name)"))
    yield
    with write(engine) as tx:
        tx.execute(text("DROP TABLE effects"))


def _ask(engine: Engine, expected: set[str]) -> None:
    """See to it that enough jobs wait, and note what they shall leave behind."""
    with read(engine) as tx:
        waiting = sum(many for (_, state), many in queries.count_jobs(tx).items() if state is JobState.WAITING)
    with write(engine) as tx:
        for number in range(_WAITING - waiting):
            kind = ("plain", "stepped", "stepped", "failing")[number % 4]
            name = f"{kind} {len(expected)}"
            enqueue(tx, SystemClock(), kind=kind, args={"name": name})
            expected.update(effect.format(name) for effect in busy.EFFECTS_OF[kind])


def _finish(engine: Engine) -> None:
    """Do what is left, as a later process: leases have run out by then."""
    clock = LaterClock()
    worker = busy.worker_of(engine, clock, "the last")
    for hours in range(60):
        clock.by = timedelta(hours=hours)
        worker.run_due()
        with read(engine) as tx:
            if {state for _, state in queries.count_jobs(tx)} == {JobState.DONE}:
                return
    raise AssertionError("some jobs were never done")


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)
@pytest.mark.parametrize("kills", _KILLS)
@pytest.mark.timeout(1200)
def test_workers_killed_at_any_moment_leave_every_effect_once(engine: Engine, kills: int) -> None:
    generator = np.random.default_rng(kills)
    expected: set[str] = set()
    doing: Counter[str] = Counter()
    started_at = time.monotonic()
    with _effects(engine), ExitStack() as stack:
        _ask(engine, expected)
        older = Process(engine, "w0")
        for number in range(1, kills + 1):
            newer = Process(engine, f"w{number}")  # so that one lives to take over what the other leaves
            stack.callback(newer._process.kill)
            older.wait_until_ready()
            newer.wait_until_ready()
            _ask(engine, expected)
            time.sleep(float(generator.uniform(0, 0.4)))
            doing[older.kill()] += 1
            older = newer
        with read(engine) as tx:
            taken = tx.execute(text("SELECT count(*) FROM jobs WHERE fence > 1")).scalar_one()
            kept = sum(queries.count_jobs(tx).values())
        older.kill()
        _finish(engine)
        with read(engine) as tx:
            found = Counter(tx.execute(text("SELECT name FROM effects")).scalars())
    print(
        f"{engine.dialect.name}: {kills} kills in {time.monotonic() - started_at:.0f} s, the last words before them "
        f"{dict(doing)}; {kept} jobs, {taken} taken up more than once; {len(found)} effects, "
        f"{len(expected - found.keys())} lost, {sum(many > 1 for many in found.values())} done twice"
    )
    assert found.keys() == expected
    assert set(found.values()) == {1}
    if kills >= 100:  # of few kills none need fall into each
        assert len(doing) >= 5
