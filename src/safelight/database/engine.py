"""Opening a database: SQLite by default, PostgreSQL at scale."""

import sqlite3
import time
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from safelight.errors import DatabaseUnusable, InvalidValue

__all__ = ["WRITING", "Engine", "open_engine"]

WRITING = "safelight_writing"
"""The execution option by which `safelight.database.transaction` says that a transaction will write."""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",  # readers never wait for the writer
    "PRAGMA synchronous = FULL",  # what was committed survives a power cut
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -65536",  # 64 MiB: the indexes of an import stay in memory
    "PRAGMA wal_autocheckpoint = 8192",  # 32 MiB: pages that an import touches again and again are copied once
)
_BUSY_TIMEOUT_MS = 30_000
_LOCK_POLL_S = 0.002


def open_engine(url: str | URL) -> Engine:
    """Open the database at a URL: `sqlite:///path` or `postgresql://…` (through psycopg 3).

    Nothing is created but an empty SQLite file on the first connection. Raises `InvalidValue` for any other address.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise InvalidValue("The database address cannot be read. Write sqlite:///PATH or postgresql://…") from error
    match parsed.get_backend_name():
        case "sqlite":
            return _open_sqlite(parsed)
        case "postgresql":
            return _open_postgresql(parsed)
        case other:
            raise InvalidValue(f"Safelight keeps its data in SQLite or PostgreSQL, not in {other}.")


def _open_postgresql(url: URL) -> Engine:
    # A time written without its zone, as bulk rows have it, is UTC; that must not hang on the server's settings.
    options = {"options": "-c timezone=UTC"}
    return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, connect_args=options)


def _open_sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": _BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Without this the driver opens transactions by itself, late and only for some statements.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get(WRITING, False):
        _begin_immediate(connection.connection.driver_connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _begin_immediate(driver: Any) -> None:
    """Take the write lock, asking every few milliseconds.

    SQLite's own waiting asks ever more rarely (every 0.1 s in the end), so that a writer which takes the lock again and
    again, as an import does, would keep others waiting for seconds.
    """
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        give_up_at = time.monotonic() + _BUSY_TIMEOUT_MS / 1000
        while not _took_write_lock(driver, is_last_try=time.monotonic() > give_up_at):
            time.sleep(_LOCK_POLL_S)
    finally:
        driver.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")


def _took_write_lock(driver: Any, *, is_last_try: bool) -> bool:
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
        if not is_busy:
            raise
        if is_last_try:
            raise DatabaseUnusable(
                f"Another program has held the database for {_BUSY_TIMEOUT_MS // 1000} seconds. Nothing was changed. "
                "Find that program, or try again when it is done."
            ) from error
        return False
    return True
