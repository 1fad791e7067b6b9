"""What matching loads: every value that can match now."""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import select

from safelight.banks.store.tables import banks, entries, matches
from safelight.database.bulk import stream_rows
from safelight.database.transaction import Tx


def stream_values(
    tx: Tx, *, signal_type: str, now: datetime, bank_ids: Collection[int] | None, chunk_size: int
) -> Iterator[list[tuple[int, bytes]]]:
    """Give (entry id, value) of everything of a type that matches now, bank by bank."""
    for bank_id in _enabled(tx, bank_ids):
        same = (entries.c.bank_id == bank_id) & (entries.c.signal_type == signal_type)
        question = select(entries.c.id, entries.c.value).where(same, matches(now)).order_by(entries.c.id)
        yield from stream_rows(tx, question, chunk_size)


def _enabled(tx: Tx, bank_ids: Collection[int] | None) -> list[int]:
    question = select(banks.c.id).where(banks.c.is_enabled, banks.c.deleted_at.is_(None)).order_by(banks.c.id)
    chosen = question if bank_ids is None else question.where(banks.c.id.in_(bank_ids))
    return list(tx.execute(chosen).scalars())
