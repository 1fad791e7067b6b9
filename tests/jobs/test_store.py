"""Looking for work stays cheap however many jobs are kept."""

from datetime import timedelta

import pytest
from sqlalchemy import event, insert, text

from safelight.database.transaction import read, write
from safelight.jobs import store
from safelight.jobs.job import JobState

_MANY = 20_000


@pytest.fixture
def full(engine, moving):
    """Fill the table with jobs that wait for later and jobs that are done, and a few that run."""
    now = moving.now()
    common = {"kind": "note", "args": "{}", "attempts": 0, "worker": "", "fence": 0, "reason": "", "added_at": now}
    rows = [
        {**common, "state": state.value, "due_at": now + timedelta(days=1), "lease_until": None, "finished_at": at}
        for number in range(_MANY // 2)
        for state, at in ((JobState.WAITING, None), (JobState.DONE, now))
    ]
    running = {**common, "state": JobState.RUNNING.value, "due_at": now, "lease_until": now, "finished_at": None}
    with write(engine) as tx:
        tx.execute(insert(store.jobs), [*rows, *[running] * 3])
    with write(engine) as tx:
        tx.execute(text("ANALYZE jobs" if engine.dialect.name == "postgresql" else "SELECT 1"))
    return engine


def _plan(engine, ask) -> str:
    """Return how the database would answer what `ask` asks."""
    asked: list[tuple[str, object]] = []
    with read(engine) as tx:

        def listen(*call) -> None:
            _, _, statement, parameters, *_ = call
            asked.append((statement, parameters))

        event.listen(tx, "before_cursor_execute", listen)
        ask(tx)
        event.remove(tx, "before_cursor_execute", listen)
        statement, parameters = asked[0]
        explain = "EXPLAIN QUERY PLAN" if tx.dialect.name == "sqlite" else "EXPLAIN"
        return "\n".join(str(tuple(row)) for row in tx.exec_driver_sql(f"{explain} {statement}", parameters))


def _questions(moving):
    """Return of each question the index that answers it, and what asks it."""
    now = moving.now()
    return {
        "due": ("ix_jobs_due", lambda tx: store.has_due(tx, ["note"], now)),
        "kinds": ("ix_jobs_due", lambda tx: store.due_kinds(tx, now)),
        "expired": ("ix_jobs_lease", lambda tx: store.has_expired(tx, now=now, suspected_before=now)),
        "key": ("uq_jobs_key", lambda tx: store.find_open(tx, "k")),
        "dead": (
            "ix_jobs_finished",
            lambda tx: store.page(tx, state=JobState.DEAD, kind=None, due_before=None, after_id=0, limit=100),
        ),
    }


def test_what_workers_and_people_ask_often_is_answered_from_an_index(full, moving) -> None:
    for question, (index, ask) in _questions(moving).items():
        plan = _plan(full, ask)
        assert index in plan, question
        assert "SCAN jobs" not in plan, question
        assert "Seq Scan" not in plan, question
