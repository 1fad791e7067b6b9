"""Erasing for good: what was deleted is to leave the database's files too, as far as the database lets us.

SQLite: a deleted value stays in the file until its place is reused, and in the write-ahead log until that is emptied.
Under `secure_delete` its place is overwritten at once, and emptying the log removes the older copies.

PostgreSQL gives no such power to who uses it: the old row stays in the table's file until vacuum has freed its place
and something new was written there, and in the write-ahead log until its segments are recycled. What makes an old
copy worthless there is that it is a wrapped key (docs/how-to/hold-and-destroy.md says what to do).
"""

from typing import Any

from sqlalchemy import text

from safelight.database.engine import Engine
from safelight.database.transaction import Tx, primary_message
from safelight.errors import DatabaseUnusable


def overwrite_freed(tx: Tx) -> None:
    """Let the database overwrite what is deleted or replaced in this transaction. On PostgreSQL this does nothing."""
    if tx.dialect.name == "sqlite":
        tx.execute(text("PRAGMA secure_delete = ON"))


def empty_log(engine: Engine) -> None:
    """Move what the write-ahead log holds into the database and cut the log to nothing. PostgreSQL: does nothing.

    Waits for readers of older moments. Raises `DatabaseUnusable` when one of them does not end: try again later.
    """
    if engine.dialect.name != "sqlite":
        return
    # Without a transaction: a checkpoint can only be made outside of any.
    connection: Any = engine.raw_connection()
    try:
        (is_busy, *_) = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except engine.dialect.loaded_dbapi.Error as error:
        raise DatabaseUnusable(
            f"The database's write-ahead log cannot be emptied: {primary_message(error)}."
        ) from error
    finally:
        connection.close()
    if is_busy:
        raise DatabaseUnusable(
            "Old copies of what was erased are still in the database's write-ahead log, for another program is reading "
            "an older state. They go when this is tried again after that program is done."
        )
