"""Being alone at a task, among all processes that work on the same database."""

from enum import IntEnum

from sqlalchemy import text

from safelight.database.transaction import Tx


class Lock(IntEnum):
    """A task that one does at a time. The number is PostgreSQL's key of the lock."""

    AUDIT_LEAVES = 0x5AFE13


def take_lock(tx: Tx, lock: Lock) -> None:
    """Wait until no other transaction has this lock, and keep it to the end of this one.

    On SQLite a transaction that writes has been alone since it began.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": int(lock)})
