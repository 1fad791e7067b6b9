"""The mark by which caches notice that what keys and roles may do was changed."""

import secrets
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from safelight.access.store.tables import mark
from safelight.database.transaction import Tx

_ONLY = 1
NEVER = ""
"""What is read where nothing was ever changed."""


def touch(tx: Tx) -> None:
    """Set another mark. Whoever does the same waits for the end of this transaction, and sees then what it did."""
    dialect: Any = postgresql if tx.dialect.name == "postgresql" else sqlite
    token = secrets.token_hex(16)
    statement = dialect.insert(mark).values(id=_ONLY, token=token)
    tx.execute(statement.on_conflict_do_update(index_elements=[mark.c.id], set_={"token": token}))


def read_mark(tx: Tx) -> str:
    """Return the mark as it is."""
    return tx.execute(select(mark.c.token).where(mark.c.id == _ONLY)).scalar() or NEVER
