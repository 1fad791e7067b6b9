"""The mark by which caches notice that what keys and roles may do was changed."""

import secrets

from sqlalchemy import select

from safelight.access.store.tables import mark
from safelight.database.transaction import Tx
from safelight.database.upsert import insert_into

_ONLY = 1
NEVER = ""
"""What is read where nothing was ever changed."""


def touch(tx: Tx) -> None:
    """Set another mark. Whoever does the same waits for the end of this transaction, and sees then what it did."""
    token = secrets.token_hex(16)
    statement = insert_into(tx, mark).values(id=_ONLY, token=token)
    tx.execute(statement.on_conflict_do_update(index_elements=[mark.c.id], set_={"token": token}))


def read_mark(tx: Tx) -> str:
    """Return the mark as it is."""
    return tx.execute(select(mark.c.token).where(mark.c.id == _ONLY)).scalar() or NEVER
