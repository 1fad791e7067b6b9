"""Inserting rows that may be there already, and adding to them, safely beside others who do the same."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects import postgresql, sqlite

from safelight.database.parts import in_parts
from safelight.database.transaction import Tx


def insert_into(tx: Tx, table: Table) -> Any:
    """Return SQLAlchemy's insertion of the database, which has `on_conflict_do_nothing` and `on_conflict_do_update`.

    On PostgreSQL whoever adds the same waits for a transaction that has added it and is not at its end.
    """
    dialect: Any = postgresql if tx.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def add_to_rows(tx: Tx, table: Table, column: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[Any]:
    """Add each row's number in `column` to what stands under its primary key, and give the rows as they are then.

    A key that is not there begins at that number. Rows are locked in the order given: whoever does this at the same
    time must sort them in the same way, or two could wait for each other.
    """
    for part in in_parts(rows):
        statement = insert_into(tx, table).values([dict(row) for row in part])
        total: ColumnElement[Any] = table.c[column] + statement.excluded[column]
        statement = statement.on_conflict_do_update(index_elements=list(table.primary_key), set_={column: total})
        yield from tx.execute(statement.returning(*table.c))
