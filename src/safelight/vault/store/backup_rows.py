"""What a backup must know of the vault's tables: which blobs and which keys they need, and what was destroyed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, union

from safelight.database.bulk import stream_rows
from safelight.database.transaction import Tx
from safelight.vault.store.tables import objects, occurrences, spools

_PART = 1_000


def stream_blobs(tx: Tx) -> Iterator[list[str]]:
    """Give the ids of blobs that evidence or waiting spools need, each once, in the order of their letters."""
    ids = union(select(objects.c.blob_id.label("id")), select(spools.c.id.label("id"))).subquery()
    for rows in stream_rows(tx, select(ids.c.id).order_by(_sorted(tx, ids.c.id)), _PART):
        yield [row[0] for row in rows]


def stored_among(tx: Tx, blob_ids: Sequence[str]) -> set[str]:
    """Return which of these blobs evidence or waiting spools need."""
    found = set(tx.execute(select(objects.c.blob_id).where(objects.c.blob_id.in_(blob_ids))).scalars())
    return found | set(tx.execute(select(spools.c.id).where(spools.c.id.in_(blob_ids))).scalars())


def destroyed_since(tx: Tx, moment: datetime) -> list[tuple[str, datetime]]:
    """Return the ids of evidence that was destroyed at a moment or later, and when each was."""
    columns = (occurrences.c.id, occurrences.c.destroyed_at)
    question = select(*columns).where(occurrences.c.destroyed_at >= moment).order_by(occurrences.c.id)
    return [(row[0], row[1]) for row in tx.execute(question)]


def _sorted(tx: Tx, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column that is compared letter by letter, whatever language a server's database was made for."""
    return column.collate("C") if tx.dialect.name == "postgresql" else column
