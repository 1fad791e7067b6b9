"""Batches in the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from safelight.banks.batch import Batch, BatchState, Counts, Origin, Runner
from safelight.banks.store.tables import batches
from safelight.database.text import storable_text
from safelight.database.transaction import Tx
from safelight.roles import Actor


def add_batch(tx: Tx, bank_id: int, *, origin: Origin, actor: Actor, now: datetime, runner: Runner | None) -> int:
    """Add a batch in staging and return its number."""
    values = {
        "bank_id": bank_id,
        "state": BatchState.STAGING,
        "origin": storable_text(origin.name),
        "format": origin.format,
        "started_at": now,
        "actor_kind": actor.kind,
        "actor_name": storable_text(actor.name),
        "heartbeat_at": now,
        "runner_place": runner and runner.place,
        "runner_pid": runner and runner.pid,
        "runner_started": runner and runner.started,
        **dict.fromkeys(("added", "replaced", "already_there", "duplicates"), 0),
    }
    return int(tx.execute(insert(batches).values(values).returning(batches.c.id)).scalar_one())


def change_batch(tx: Tx, batch_id: int, was: BatchState, **values: object) -> bool:
    """Change columns of a batch if it is in the state named; return whether it was."""
    same = (batches.c.id == batch_id) & (batches.c.state == was)
    return bool(tx.execute(update(batches).where(same).values(**values)).rowcount)


def publish_batch(tx: Tx, batch_id: int, counts: Counts, now: datetime) -> bool:
    """Make the entries of a batch count; return whether it was still being staged."""
    return change_batch(
        tx,
        batch_id,
        BatchState.STAGING,
        state=BatchState.PUBLISHED,
        published_at=now,
        added=counts.added,
        replaced=counts.replaced,
        already_there=counts.already_there,
        duplicates=counts.duplicates,
    )


def find_batches(tx: Tx, *states: BatchState, bank_id: int | None = None, batch_id: int | None = None) -> list[Batch]:
    """Return the batches in these states, of one bank or with one number if that is given."""
    question = select(batches).where(batches.c.state.in_(states)).order_by(batches.c.id)
    if bank_id is not None:
        question = question.where(batches.c.bank_id == bank_id)
    if batch_id is not None:
        question = question.where(batches.c.id == batch_id)
    return [_batch(row) for row in tx.execute(question)]


def _batch(row: Row[Any]) -> Batch:
    runner = None
    if row.runner_pid is not None:
        runner = Runner(place=row.runner_place, pid=row.runner_pid, started=row.runner_started)
    return Batch(
        id=row.id,
        bank_id=row.bank_id,
        state=BatchState(row.state),
        origin=Origin(name=row.origin, format=row.format),
        heartbeat_at=row.heartbeat_at,
        runner=runner,
    )
