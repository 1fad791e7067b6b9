"""Tables as lines of JSON that either database can take in again: what a backup holds of a database."""

import binascii
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Column, DateTime, Integer, LargeBinary, MetaData, Table, inspect, select
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.types import TypeEngine

from safelight.database.bulk import stream_rows
from safelight.database.revision import TABLES
from safelight.database.transaction import Tx

ROWS_A_BLOCK = 1_000
"""A block is held in memory whole: some hundred kilobytes, as rows go."""


WITHOUT_ROWS = frozenset({"recent_mark", "recent_media"})
"""Tables that a backup has without their rows: what is kept for a stated time must not outlive that in a file."""


class ColumnKind(StrEnum):
    """How a column's values are written: as JSON has them, bytes as base64, moments as text in UTC."""

    INTEGER = "integer"
    BOOLEAN = "boolean"
    TEXT = "text"
    BYTES = "bytes"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableHead:
    """A table's name and its columns, in the order in which the rows of its blocks hold them."""

    name: str
    columns: tuple[tuple[str, ColumnKind], ...]


def found_tables(tx: Tx) -> list[Table]:
    """Return those of our tables that the database has, as it has them, each after those that it refers to.

    What they look like is asked of the database, so that this is right for every version of the tables; of each its
    columns and its key alone, for which everything is asked at once.
    """
    inspector = inspect(tx)
    names = [name for name, _ in inspector.get_sorted_table_and_fkc_names() if name in TABLES]
    columns = {name: found for (_, name), found in inspector.get_multi_columns(filter_names=names).items()}
    keys = {name: found for (_, name), found in inspector.get_multi_pk_constraint(filter_names=names).items()}
    return [_table(name, columns[name], frozenset(keys[name]["constrained_columns"])) for name in names if name]


def _table(name: str, columns: Sequence[ReflectedColumn], key: frozenset[str]) -> Table:
    made = (Column(each["name"], each["type"], primary_key=each["name"] in key) for each in columns)
    return Table(name, MetaData(), *made)


def table_head(table: Table) -> TableHead:
    """Return how a table's rows are written."""
    return TableHead(name=table.name, columns=tuple((column.name, _kind(column.type)) for column in table.columns))


def dump_rows(tx: Tx, table: Table) -> Iterator[tuple[int, bytes]]:
    """Give every row of a table, in the order of its key, as blocks: how many rows, and their lines of JSON.

    Of a table `WITHOUT_ROWS` it gives none.
    """
    if table.name in WITHOUT_ROWS:
        return
    head = table_head(table)
    changes = _changes(head, _WRITTEN | (_WRITTEN_FROM_SQLITE if tx.dialect.name == "sqlite" else {}))
    statement = select(table).order_by(*table.primary_key.columns)
    for rows in stream_rows(tx, statement, ROWS_A_BLOCK):
        yield len(rows), "".join(_ENCODE(row) + "\n" for row in _changed(rows, changes)).encode()


def read_block(head: TableHead, block: bytes) -> list[tuple[Any, ...]]:
    """Return the rows of a block, as `insert_rows` takes them. Raises ValueError for one that is malformed."""
    rows = [json.loads(line) for line in block.splitlines()]
    if not all(isinstance(row, list) and len(row) == len(head.columns) for row in rows):
        raise ValueError("a row has another number of columns than its table")
    return list(_changed(rows, _changes(head, _READ)))


_Change = Callable[[Any], Any]
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _base64(value: bytes) -> str:
    return binascii.b2a_base64(value, newline=False).decode()


def _written_moment(value: datetime) -> str:
    # As SQLite keeps it; PostgreSQL, whose time zone is UTC in every connection of ours, reads the same moment.
    return value.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


_WRITTEN: dict[ColumnKind, _Change] = {ColumnKind.BYTES: _base64, ColumnKind.MOMENT: _written_moment}
_WRITTEN_FROM_SQLITE: dict[ColumnKind, _Change] = {ColumnKind.MOMENT: str, ColumnKind.BOOLEAN: bool}
_READ: dict[ColumnKind, _Change] = {ColumnKind.BYTES: binascii.a2b_base64}

_KINDS: tuple[tuple[type[TypeEngine[Any]], ColumnKind], ...] = (
    (Boolean, ColumnKind.BOOLEAN),
    (Integer, ColumnKind.INTEGER),
    (DateTime, ColumnKind.MOMENT),
    (LargeBinary, ColumnKind.BYTES),
)


def _kind(column_type: TypeEngine[Any]) -> ColumnKind:
    return next((kind for base, kind in _KINDS if isinstance(column_type, base)), ColumnKind.TEXT)


def _changes(head: TableHead, by_kind: dict[ColumnKind, _Change]) -> list[tuple[int, _Change]]:
    return [(place, by_kind[kind]) for place, (_, kind) in enumerate(head.columns) if kind in by_kind]


def _changed(rows: Sequence[Sequence[Any]], changes: list[tuple[int, _Change]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        values = list(row)
        for place, change in changes:
            if values[place] is not None:
                values[place] = change(values[place])
        yield tuple(values)
