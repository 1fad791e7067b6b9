"""Opening a database: SQLite by default, PostgreSQL at scale."""

import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

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
    "PRAGMA secure_delete = ON",  # what is freed is overwritten: moving rows about must leave no copies behind
    "PRAGMA cache_size = -65536",  # 64 MiB: the indexes of an import stay in memory
    "PRAGMA wal_autocheckpoint = 8192",  # 32 MiB: pages that an import touches again and again are copied once
)
_BUSY_TIMEOUT_MS = 30_000
_LOCK_POLL_S = 0.002


def open_engine(address: str | URL | Path, *, folder: Path | None = None) -> Engine:
    """Open a database: the path of a SQLite file, or a URL `sqlite:///PATH` or `postgresql://…` (through psycopg 3).

    A relative path counts from `folder`, or else from the folder of the process. Nothing is created: a SQLite file
    that does not exist raises `DatabaseUnusable` when it is first used (`upgrade` makes it). Raises `InvalidValue` for
    any other address.
    """
    url = URL.create("sqlite", database=str(address)) if isinstance(address, Path) else _parsed(address)
    match url.get_backend_name():
        case "sqlite":
            return _open_sqlite(url, folder or Path())
        case "postgresql":
            return _open_postgresql(url)
        case other:
            raise InvalidValue(f"Safelight keeps its data in SQLite or PostgreSQL, not in {other}.")


def _parsed(address: str | URL) -> URL:
    if str(address).startswith("sqlite") and "?" in str(address):
        _refuse_more_than_a_path()  # what follows a '?' may fall away unseen
    try:
        return make_url(address)
    except (ArgumentError, ValueError):  # the cause may hold a part of the address, which may hold a password
        raise InvalidValue("The database address cannot be read. Write sqlite:///PATH or postgresql://…") from None


def _refuse_more_than_a_path() -> NoReturn:
    raise InvalidValue(
        "The address of a SQLite database is sqlite:///PATH alone, without a host and without '?'. For a path that "
        "holds a '?', leave the address out and keep the database in the workspace."
    )


def _open_postgresql(url: URL) -> Engine:
    # A time written without its zone, as bulk rows have it, is UTC; that must not hang on the server's settings.
    options = {"options": "-c timezone=UTC"}
    address = url.set(drivername="postgresql+psycopg")
    try:
        return create_engine(address, pool_pre_ping=True, connect_args=options, hide_parameters=True)
    except ImportError as error:
        raise InvalidValue(
            "The driver for PostgreSQL is not installed. Install it with `pip install 'safelight[postgresql]'`."
        ) from error


def _open_sqlite(url: URL, folder: Path) -> Engine:
    if url.query or url.host:
        _refuse_more_than_a_path()
    if not url.database or url.database == ":memory:":
        raise InvalidValue("A database in memory is gone when the program ends. Name a file: sqlite:///PATH.")
    path = (folder / url.database).absolute()
    # Errors never show parameters: they are listed values as often as not.
    address = url.set(database=str(path))
    engine = create_engine(address, creator=partial(_connect_sqlite, path), hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _connect_sqlite(path: Path) -> sqlite3.Connection:
    """Connect to a file that is there. Of other obstacles, such as a folder that is closed, SQLite tells itself."""
    try:
        path.stat()
    except FileNotFoundError:
        raise DatabaseUnusable(
            f"There is no database {path}. Run `safelight init` on the workspace to make it."
        ) from None
    # As a URI because only that opens without making what is not there; it writes every character of a path safely.
    uri = f"{path.as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, timeout=_BUSY_TIMEOUT_MS / 1000, check_same_thread=False)


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
