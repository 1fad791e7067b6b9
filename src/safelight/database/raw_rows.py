"""Rows as they lie in the database, for what must not trust them: nothing is smoothed over on the way."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, String, case, cast, extract, func, type_coerce

from safelight.database.transaction import Tx

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - what SQLite keeps has no zone either: it is UTC
_MICROSECONDS = 1_000_000
_DAY_SECONDS = 86_400


@contextmanager
def untrusted(tx: Tx) -> Iterator[None]:
    """Let text that is not UTF-8 come out of SQLite with its bytes as half characters, instead of ending the question.

    PostgreSQL never holds such text.
    """
    if tx.dialect.name == "postgresql":
        yield
        return
    # The driver's connection has no type that both databases share.
    driver: Any = tx.connection.driver_connection
    usual = driver.text_factory
    driver.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = usual


def raw_moment(tx: Tx, column: Column[datetime]) -> ColumnElement[Any]:
    """Return what to select for `microseconds` to read: a number on PostgreSQL, the stored text on SQLite."""
    if tx.dialect.name == "postgresql":
        # A moment may be infinite, and that has no number.
        return case((func.isfinite(column), cast(extract("epoch", column) * _MICROSECONDS, BigInteger)))
    return type_coerce(column, String)


def microseconds(value: object) -> int:
    """Return the microseconds since 1970 in UTC of what `raw_moment` selected.

    Raises ValueError for anything but the one way in which that moment is written.
    """
    if isinstance(value, int):
        return value
    if not isinstance(value, str):
        raise ValueError("not a moment")  # noqa: TRY004 - a value of the database, not of a program
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is not None or moment.isoformat(" ", "microseconds") != value:
        raise ValueError("a moment that is not written as it should be")
    since = moment - _EPOCH
    return (since.days * _DAY_SECONDS + since.seconds) * _MICROSECONDS + since.microseconds
