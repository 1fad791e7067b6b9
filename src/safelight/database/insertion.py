"""Inserting that can leave alone, or change, what is there already: both databases can, each in words of its own."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from safelight.database.transaction import Tx


def insert_into(tx: Tx, table: Table) -> Any:
    """Return SQLAlchemy's insertion of the database, which has `on_conflict_do_nothing` and `on_conflict_do_update`.

    On PostgreSQL whoever adds the same waits for a transaction that has added it and is not at its end.
    """
    dialect: Any = postgresql if tx.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
