"""The change log in the database: rows are added and read, never changed."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from safelight.banks.change import BEGINNING, Change, ChangeKind, Position
from safelight.banks.store.tables import changes
from safelight.database.order import await_turn
from safelight.database.transaction import Tx

_TOKEN_BYTES = 8


def add_change(
    tx: Tx, *, at: datetime, bank_id: int, kind: ChangeKind, entry_id: int | None, batch_id: int | None
) -> None:
    """Add a change. Do nothing after it in the same transaction: everybody else who changes banks waits from here."""
    await_turn(tx)
    values = {"at": at, "bank_id": bank_id, "kind": kind, "entry_id": entry_id, "batch_id": batch_id}
    tx.execute(insert(changes).values(token=secrets.token_bytes(_TOKEN_BYTES), **values))


def last_position(tx: Tx) -> Position:
    """Return the place after the last change."""
    row = tx.execute(select(changes.c.id, changes.c.token).order_by(changes.c.id.desc()).limit(1)).first()
    return BEGINNING if row is None else Position(number=row.id, token=row.token)


def token_of(tx: Tx, number: int) -> bytes | None:
    """Return the token of the change of this number, None if there is no such change."""
    return tx.execute(select(changes.c.token).where(changes.c.id == number)).scalar()


def changes_after(tx: Tx, number: int, limit: int) -> list[Change]:
    """Return changes after a number, oldest first."""
    question = select(changes).where(changes.c.id > number).order_by(changes.c.id).limit(limit)
    return [_change(row) for row in tx.execute(question)]


def _change(row: Row[Any]) -> Change:
    return Change(
        id=row.id,
        token=row.token,
        at=row.at,
        bank_id=row.bank_id,
        kind=ChangeKind(row.kind),
        entry_id=row.entry_id,
        batch_id=row.batch_id,
    )
