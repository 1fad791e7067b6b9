"""Transactions: a step's changes, its audit entry and its next job happen together or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, OperationalError

from safelight.database.engine import WRITING, Engine
from safelight.errors import DatabaseUnusable

Tx = Connection
"""An open transaction: what every step takes first."""


@contextmanager
def write(engine: Engine) -> Iterator[Tx]:
    """Give a transaction that may change things: committed at the end of the block, undone by any exception in it.

    On SQLite it takes the write lock at once, so that two writers wait for each other instead of failing half-way.
    """
    with _telling_faults(), engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        yield connection


@contextmanager
def read(engine: Engine) -> Iterator[Tx]:
    """Give a transaction that sees one moment of the database from its first question to its last."""
    with _telling_faults(), engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # On SQLite every transaction sees one moment anyway.
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


@contextmanager
def _telling_faults() -> Iterator[None]:
    """Raise `DatabaseUnusable` for what the database cannot help: a full disk, a lost connection, a damaged file.

    Anything else that a driver raises, such as a broken rule of the tables, is a fault of ours and stays as it is.
    """
    try:
        yield
    except DatabaseError as error:
        if type(error) not in {DatabaseError, OperationalError}:
            raise
        raise DatabaseUnusable(
            f"The database did not do it: {primary_message(error.orig)}. The transaction was undone, and nothing of "
            "it counts. Check its disk, its rights and its connection, then try again."
        ) from None  # what PostgreSQL's driver raises may hold a row


def primary_message(error: BaseException | None) -> str:
    """Return the first sentence of what a driver raised: the details that PostgreSQL adds may hold a row."""
    told: str | None = getattr(getattr(error, "diag", None), "message_primary", None)
    return told or str(error).strip()
