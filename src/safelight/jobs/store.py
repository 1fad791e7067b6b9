"""The table of jobs."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    and_,
    case,
    delete,
    func,
    or_,
    select,
    text,
    update,
)

from safelight.database.moment import Moment
from safelight.database.schema import METADATA, RowId, row_number
from safelight.database.transaction import Tx
from safelight.database.upsert import insert_into
from safelight.jobs.job import Job, JobState, Standing

# As text with its values in it: SQLite uses such an index only where a question says the very same.
_OPEN = text("state IN ('waiting', 'running')")
_WAITING = text("state = 'waiting'")
_LEASED = text("lease_until IS NOT NULL")
_FINISHED = text("finished_at IS NOT NULL")

jobs = Table(
    "jobs",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("kind", String(50), nullable=False),
    Column("args", Text, nullable=False),
    Column("key", String(200)),  # at most one open job of a key
    Column("state", String(20), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("worker", String(200), nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("lease_until", Moment),  # of running jobs alone
    Column("suspected_at", Moment),
    Column("again_at", Moment),  # asked for once more while it runs: what it does may have been too early
    Column("reason", Text, nullable=False),  # why it waits again, or why it is dead
    Column("finished_at", Moment),
    Index("ix_jobs_due", "due_at", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    Index("uq_jobs_key", "key", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_jobs_lease", "lease_until", sqlite_where=_LEASED, postgresql_where=_LEASED),
    Index("ix_jobs_finished", "state", "finished_at", sqlite_where=_FINISHED, postgresql_where=_FINISHED),
)

_NOT_RUNNING: Mapping[str, Any] = {"worker": "", "lease_until": None, "suspected_at": None, "again_at": None}


def add(tx: Tx, values: Mapping[str, Any]) -> int:
    """Add a waiting job and return its number; where its key has an open job, ask that one to come sooner instead.

    A job of the key that waits gets the earlier of the two due times. One that runs has perhaps seen too little
    already: it will run once more.
    """
    statement = insert_into(tx, jobs).values(
        state=JobState.WAITING.value, attempts=0, fence=0, reason="", **_NOT_RUNNING, **values
    )
    if values["key"] is not None:
        asked = statement.excluded.due_at
        sooner = {
            "due_at": case((and_(_is(JobState.WAITING), asked < jobs.c.due_at), asked), else_=jobs.c.due_at),
            "again_at": case(
                (_is(JobState.WAITING), None),
                (jobs.c.again_at < asked, jobs.c.again_at),
                else_=asked,
            ),
        }
        statement = statement.on_conflict_do_update(index_elements=[jobs.c.key], index_where=_OPEN, set_=sooner)
    return int(tx.execute(statement.returning(jobs.c.id)).scalar_one())


def find(tx: Tx, job_id: int) -> Job | None:
    """Return a job, None where no such job is kept."""
    row = tx.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()
    return _job(row) if row is not None else None


def find_open(tx: Tx, key: str) -> Job | None:
    """Return the open job of a key, None where there is none."""
    row = tx.execute(select(jobs).where(jobs.c.key == key, _OPEN)).one_or_none()
    return _job(row) if row is not None else None


def page(
    tx: Tx, *, state: JobState | None, kind: str | None, due_before: datetime | None, after_id: int, limit: int
) -> list[Job]:
    """Return the jobs of a state and a kind, by number."""
    question = select(jobs).where(jobs.c.id > after_id).order_by(jobs.c.id).limit(limit)
    if state is not None:
        question = question.where(_is(state))
    if state in {JobState.DONE, JobState.DEAD}:
        question = question.where(_FINISHED)
    if kind is not None:
        question = question.where(jobs.c.kind == kind)
    if due_before is not None:
        question = question.where(jobs.c.due_at < due_before)
    return [_job(row) for row in tx.execute(question)]


def count_states(tx: Tx) -> dict[tuple[str, JobState], int]:
    """Return how many jobs of each kind are in each state."""
    question = select(jobs.c.kind, jobs.c.state, func.count()).group_by(jobs.c.kind, jobs.c.state)
    return {(kind, JobState(state)): count for kind, state, count in tx.execute(question)}


def standing(tx: Tx) -> dict[str, Standing]:
    """Return how the jobs stand that are not done, by kind: each part from an index that holds no others."""
    number = func.count()
    waiting = select(jobs.c.kind, number, func.min(jobs.c.due_at)).where(_WAITING).group_by(jobs.c.kind)
    running = select(jobs.c.kind, number).where(_LEASED).group_by(jobs.c.kind)
    dead = select(jobs.c.kind, number).where(_is(JobState.DEAD), _FINISHED).group_by(jobs.c.kind)
    found = {kind: Standing(waiting=count, due_at=due_at) for kind, count, due_at in tx.execute(waiting)}
    for kind, count in tx.execute(running):
        found[kind] = replace(found.get(kind, Standing()), running=count)
    for kind, count in tx.execute(dead):
        found[kind] = replace(found.get(kind, Standing()), dead=count)
    return found


def has_due(tx: Tx, kinds: Collection[str], now: datetime) -> bool:
    """Whether a job of these kinds waits and is due."""
    return tx.execute(_due(kinds, now).limit(1)).first() is not None


def due_kinds(tx: Tx, now: datetime) -> set[str]:
    """Return the kinds of all jobs that wait and are due."""
    return set(tx.execute(select(jobs.c.kind).where(_WAITING, jobs.c.due_at <= now).distinct()).scalars())


def claim(tx: Tx, kinds: Collection[str], *, now: datetime, limit: int, worker: str, until: datetime) -> list[Job]:
    """Give a worker up to `limit` jobs that are due, the longest due first; others' claims are passed over."""
    ids = tx.execute(_due(kinds, now).limit(limit).with_for_update(skip_locked=True)).scalars().all()
    if not ids:
        return []
    statement = (
        update(jobs)
        .where(jobs.c.id.in_(ids))
        .values(
            state=JobState.RUNNING.value,
            worker=worker,
            fence=jobs.c.fence + 1,
            attempts=jobs.c.attempts + 1,
            lease_until=until,
            suspected_at=None,
            again_at=None,
        )
    )
    found = {row.id: _job(row) for row in tx.execute(statement.returning(*jobs.c))}
    return [found[job_id] for job_id in ids]


def _due(kinds: Collection[str], now: datetime) -> Any:
    wanted = (_WAITING, jobs.c.due_at <= now, jobs.c.kind.in_(sorted(kinds)))
    return select(jobs.c.id).where(*wanted).order_by(jobs.c.due_at, jobs.c.id)


def has_expired(tx: Tx, *, now: datetime, suspected_before: datetime) -> bool:
    """Whether a lease has run out that nobody suspects yet, or that was suspected before a moment."""
    overdue = or_(jobs.c.suspected_at.is_(None), jobs.c.suspected_at <= suspected_before)
    return tx.execute(select(jobs.c.id).where(jobs.c.lease_until <= now, overdue).limit(1)).first() is not None


def expired(tx: Tx, *, now: datetime, suspected_before: datetime | None) -> list[Job]:
    """Return, locked, the jobs whose lease has run out and that nobody suspects yet, or that were suspected before.

    A row that is locked is left out: whoever holds it lives.
    """
    since = jobs.c.suspected_at.is_(None) if suspected_before is None else jobs.c.suspected_at <= suspected_before
    question = select(jobs).where(jobs.c.lease_until <= now, since).order_by(jobs.c.id)
    return [_job(row) for row in tx.execute(question.with_for_update(skip_locked=True))]


def suspect(tx: Tx, job_ids: Sequence[int], now: datetime) -> None:
    """Note that the leases of these jobs ran out."""
    tx.execute(update(jobs).where(jobs.c.id.in_(job_ids)).values(suspected_at=now))


def suspected(tx: Tx, job_ids: Sequence[int]) -> bool:
    """Whether somebody suspects one of these jobs."""
    wanted = (_LEASED, jobs.c.id.in_(job_ids), jobs.c.suspected_at.is_not(None))
    return tx.execute(select(jobs.c.id).where(*wanted).limit(1)).first() is not None


def renew(tx: Tx, held: Mapping[int, int], until: datetime) -> set[int]:
    """Renew the leases of jobs by number and fence, and return those that are still held.

    A row that is locked is passed over: a step of the job's own holds it, so nobody takes the job over meanwhile.
    """
    mine = select(jobs.c.id, jobs.c.fence).where(jobs.c.id.in_(held), _is(JobState.RUNNING)).order_by(jobs.c.id)
    kept = {job_id for job_id, fence in tx.execute(mine) if held[job_id] == fence}
    locked = {job_id for job_id, fence in tx.execute(mine.with_for_update(skip_locked=True)) if held[job_id] == fence}
    if locked:
        tx.execute(update(jobs).where(jobs.c.id.in_(locked)).values(lease_until=until, suspected_at=None))
    return kept | locked


def lock(tx: Tx, job_id: int, fence: int) -> bool:
    """Lock a running job's row until the transaction ends; False where it is no longer held under this fence."""
    mine = select(jobs.c.id).where(jobs.c.id == job_id, jobs.c.fence == fence, _is(JobState.RUNNING))
    return tx.execute(mine.with_for_update()).one_or_none() is not None


def asked_again(tx: Tx, job_id: int) -> datetime | None:
    """Return for when a running job was asked for once more."""
    found: datetime | None = tx.execute(select(jobs.c.again_at).where(jobs.c.id == job_id)).scalar_one()
    return found


def give_back(tx: Tx, held: Mapping[int, int]) -> None:
    """Let jobs that were claimed and not begun wait as before; an attempt is not counted."""
    mine = select(jobs.c.id, jobs.c.fence).where(jobs.c.id.in_(held), _is(JobState.RUNNING)).order_by(jobs.c.id)
    kept = [job_id for job_id, fence in tx.execute(mine.with_for_update()) if held[job_id] == fence]
    # Asked for once more before it began is asked for once: it is due already.
    values = {"state": JobState.WAITING.value, "attempts": jobs.c.attempts - 1, **_NOT_RUNNING}
    tx.execute(update(jobs).where(jobs.c.id.in_(kept)).values(values))


def wait(tx: Tx, job_id: int, *, due_at: datetime, reason: str, begins_anew: bool) -> None:
    """Let a job wait until it is due. A job that begins anew has its attempts counted from nothing."""
    values = {"state": JobState.WAITING.value, "due_at": due_at, "reason": reason, "finished_at": None, **_NOT_RUNNING}
    if begins_anew:
        values["attempts"] = 0
    tx.execute(update(jobs).where(jobs.c.id == job_id).values(values))


def end(tx: Tx, job_id: int, *, state: JobState, reason: str, now: datetime) -> None:
    """Let a job be done or dead."""
    values = {"state": state.value, "reason": reason, "finished_at": now, **_NOT_RUNNING}
    tx.execute(update(jobs).where(jobs.c.id == job_id).values(values))


def lock_dead(tx: Tx, *, job_id: int | None = None, kind: str | None = None) -> list[Job]:
    """Return, locked, the dead job of a number, or all of a kind."""
    question = select(jobs).where(_is(JobState.DEAD), _FINISHED).order_by(jobs.c.id)
    if job_id is not None:
        question = question.where(jobs.c.id == job_id)
    if kind is not None:
        question = question.where(jobs.c.kind == kind)
    return [_job(row) for row in tx.execute(question.with_for_update())]


def remove_dead(tx: Tx, key: str, *, but: int) -> None:
    """Remove the dead jobs of a key but one."""
    tx.execute(delete(jobs).where(_is(JobState.DEAD), _FINISHED, jobs.c.key == key, jobs.c.id != but))


def remove_done(tx: Tx, before: datetime) -> int:
    """Remove the jobs that were done before a moment, and return how many.

    The latest job of all stays: numbers follow it, so that none is ever given twice.
    """
    latest = select(func.max(jobs.c.id)).scalar_subquery()
    old = (_is(JobState.DONE), jobs.c.finished_at < before, jobs.c.id < latest)
    return tx.execute(delete(jobs).where(*old)).rowcount


def _is(state: JobState) -> ColumnElement[bool]:
    return jobs.c.state == state.value


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        args=json.loads(row.args),
        key=row.key,
        state=JobState(row.state),
        due_at=row.due_at,
        added_at=row.added_at,
        attempts=row.attempts,
        worker=row.worker,
        fence=row.fence,
        lease_until=row.lease_until,
        reason=row.reason,
        finished_at=row.finished_at,
    )
