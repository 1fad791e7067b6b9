"""Eight writers at once and a keeper leave one consistent log, and a log of a million entries is checked in seconds."""

# ruff: noqa: S608 - the tables are broken by hand here, with names and numbers of the test's own

import importlib.util
import resource
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from safelight.audit import log
from safelight.audit.verifying import verify
from safelight.clock import FixedClock, SystemClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.flow.audit_keeping import keeping_audit, sign_head_now
from safelight.roles import Actor
from safelight.testing.keys import MemoryKeys

_LOGS = Path(__file__).parent / "audit_logs.py"
_SPEC = importlib.util.spec_from_file_location("audit_logs", _LOGS)
assert _SPEC is not None
assert _SPEC.loader is not None
logs = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(logs)

_WRITERS = 8


def _write_steps(engine: Engine, actor: Actor, writer: int, until_s: float, *, is_logged: bool) -> int:
    """Do the same small step again and again: change a row, and write who did it. Every tenth is undone."""
    clock, number = SystemClock(), 0
    while time.monotonic() < until_s:
        number += 1
        with engine.connect() as tx:
            tx.execute(text("UPDATE trial SET steps = steps + 1 WHERE writer = :writer"), {"writer": writer})
            if is_logged:
                log.write(tx, clock=clock, actor=actor, verb="do", target=f"writer:{writer}", details={"step": number})
            if number % 10 == 0:
                tx.rollback()
            else:
                tx.commit()
    return number - number // 10


def _run_writers(engine: Engine, actor: Actor, seconds: float, *, is_logged: bool) -> tuple[int, float]:
    """Let the writers work side by side; return how many steps were committed, and how many a second."""
    counts = [0] * _WRITERS
    started = time.monotonic()

    def work(writer: int) -> None:
        counts[writer] = _write_steps(engine, actor, writer, started + seconds, is_logged=is_logged)

    threads = [threading.Thread(target=work, args=(writer,)) for writer in range(_WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts), sum(counts) / (time.monotonic() - started)


def _check_writers(engine: Engine, actor: Actor, seconds: float) -> None:
    with write(engine) as tx:
        tx.execute(text("CREATE TABLE trial (writer INTEGER PRIMARY KEY, steps INTEGER NOT NULL)"))
        tx.execute(text(f"INSERT INTO trial SELECT n, 0 FROM generate_series(0, {_WRITERS - 1}) n"))
    keys, told, clock = MemoryKeys(), list[str](), SystemClock()
    try:
        _, without = _run_writers(engine, actor, seconds, is_logged=False)
        with keeping_audit(engine, clock, keys, tell=told.append, heads_every=timedelta(seconds=1)):
            steps, with_log = _run_writers(engine, actor, seconds, is_logged=True)
    finally:
        with write(engine) as tx:
            tx.execute(text("DROP TABLE trial"))
    kept = sign_head_now(engine, clock, keys, actor)
    with read(engine) as tx:
        report = verify(tx, public_keys=keys.describe().public_keys, kept_heads=[kept])
    assert told == []
    assert report.faults == ()
    assert report.heads >= seconds // 2
    _check_order(engine, steps)
    print(f"{_WRITERS} writers for {seconds:.0f} s: {without:.0f} steps/s without the log, {with_log:.0f} with it")


def _check_order(engine: Engine, steps: int) -> None:
    """Each writer's entries stand in the order in which it wrote them, and all of them stand there once."""
    with read(engine) as tx:
        rows = tx.execute(
            text("SELECT e.target, e.details FROM audit_leaves l JOIN audit_entries e ON e.id = l.entry_id "
                 "WHERE e.verb = 'do' ORDER BY l.number")
        ).all()  # fmt: skip
    seen: dict[str, int] = {}
    for target, details in rows:
        step = int(details.split(":")[1].rstrip("}"))
        assert step > seen.get(target, 0)
        seen[target] = step
    assert len(rows) == steps


@pytest.fixture
def busy_engine(postgresql_engine: Engine, request: pytest.FixtureRequest) -> Engine:
    """PostgreSQL, where writers do not wait for each other."""
    with write(postgresql_engine) as tx:
        tx.execute(
            text(
                "TRUNCATE audit_entries, audit_waiting, audit_leaves, audit_tree, audit_heads RESTART IDENTITY CASCADE"
            )
        )
    return postgresql_engine


def test_eight_writers_and_a_keeper_leave_one_consistent_log(busy_engine: Engine, actor: Actor) -> None:
    _check_writers(busy_engine, actor, 3)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_eight_writers_for_a_minute(busy_engine: Engine, actor: Actor) -> None:
    _check_writers(busy_engine, actor, 60)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_million_entries_are_verified_within_a_minute(engine: Engine, clock: FixedClock, actor: Actor) -> None:
    made = logs.make_log(engine, clock, actor, 1_000_000)
    started = time.perf_counter()
    with read(engine) as tx:
        report = verify(tx, public_keys=made.keys.describe().public_keys, kept_heads=[made.kept])
    seconds = time.perf_counter() - started
    assert report.faults == ()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{engine.dialect.name}: {report.size:,} entries verified in {seconds:.1f} s; the process's peak {peak} MiB")
    assert seconds < 60
