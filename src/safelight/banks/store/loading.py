"""What matching loads: every value that can match now, and what became of entries since."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select

from safelight.banks.entry_state import EntryState
from safelight.banks.store.tables import banks, batches, counts, entries, is_published, matches
from safelight.database.bulk import stream_rows
from safelight.database.parts import in_parts
from safelight.database.transaction import Tx

_IS_ALIVE = banks.c.deleted_at.is_(None)


def stream_matchable(
    tx: Tx, *, signal_type: str, now: datetime, chunk_size: int
) -> Iterator[list[tuple[int, int, bytes]]]:
    """Give (bank id, entry id, value) of everything of a type that is switched on, bank by bank."""
    # Bank by bank, because only so the index gives them in order.
    alive = tx.execute(select(banks.c.id).where(_IS_ALIVE).order_by(banks.c.id)).scalars().all()
    for bank_id in alive:
        same = (entries.c.bank_id == bank_id) & (entries.c.signal_type == signal_type)
        yield from stream_rows(tx, _triples().where(same, matches(now)).order_by(entries.c.id), chunk_size)


def stream_batch(
    tx: Tx, batch_id: int, *, signal_type: str, now: datetime, chunk_size: int
) -> Iterator[list[tuple[int, int, bytes]]]:
    """Give (bank id, entry id, value) of everything of a type in a published batch that is switched on."""
    mine = select(batches.c.id).join(banks).where(batches.c.id == batch_id, batches.c.published_at.is_not(None))
    if tx.execute(mine.where(_IS_ALIVE)).first() is None:
        return
    same = (entries.c.batch_id == batch_id) & (entries.c.signal_type == signal_type)
    question = _triples().where(same, matches(now)).order_by(entries.c.id)
    yield from stream_rows(tx, question, chunk_size)


def stream_superseded(tx: Tx, batch_id: int, chunk_size: int) -> Iterator[list[tuple[int, int, str]]]:
    """Give (bank id, entry id, signal type) of everything that a published batch replaced."""
    question = select(entries.c.bank_id, entries.c.id, entries.c.signal_type)
    question = question.where(entries.c.superseded_by == batch_id, is_published(entries.c.superseded_by))
    yield from stream_rows(tx, question.order_by(entries.c.id), chunk_size)


def entry_states(tx: Tx, ids: Collection[int], now: datetime) -> dict[int, EntryState]:
    """Return what became of entries that were once published."""
    is_matchable = and_(matches(now), _IS_ALIVE).label("is_matchable")
    columns = (entries.c.bank_id, entries.c.id, entries.c.signal_type, entries.c.value, is_matchable)
    question = select(*columns).join(banks, banks.c.id == entries.c.bank_id).where(is_published(entries.c.batch_id))
    parts = (tx.execute(question.where(entries.c.id.in_(part))) for part in in_parts(list(ids)))
    return {
        row.id: EntryState(
            bank_id=row.bank_id,
            entry_id=row.id,
            signal_type=row.signal_type,
            value=row.value,
            is_matchable=bool(row.is_matchable),
        )
        for rows in parts
        for row in rows
    }


def timed_entries(tx: Tx) -> list[tuple[int, datetime]]:
    """Return the entries that are switched off until a time, the soonest first."""
    question = select(entries.c.id, entries.c.disabled_until).join(banks, banks.c.id == entries.c.bank_id)
    # The first condition word for word as the index has it.
    question = question.where(entries.c.disabled_until.is_not(None), entries.c.is_disabled, counts(), _IS_ALIVE)
    rows = tx.execute(question.order_by(entries.c.disabled_until, entries.c.id))
    return [(row.id, row.disabled_until) for row in rows]


def _triples() -> Select[Any]:
    return select(entries.c.bank_id, entries.c.id, entries.c.value)
