"""Tables with a wrapped key in the columns `key_id` and `wrapped_key` of each row: found, counted and exchanged.

A wrap is given as a pair of key id and data: what a wrap is, other rooms know.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, bindparam, func, select, update

from safelight.database.erasing import overwrite_freed
from safelight.database.still_tables import keep_still
from safelight.database.transaction import Tx

Wrap = tuple[str, bytes]
"""The id of the key that opens it, and the wrapped bytes."""


@dataclass(frozen=True, slots=True)
class WrapColumns:
    """The wraps of one table, by the column that names its rows, which is text."""

    table: Table
    row_id: Column[Any]

    def page(self, tx: Tx, *, other_than: str, after: str, limit: int) -> list[tuple[str, Wrap]]:
        """Return wraps by any key but one, in the order of the rows' ids."""
        key_id, data = self.table.c.key_id, self.table.c.wrapped_key
        question = select(self.row_id, key_id, data).where(data.is_not(None), key_id != other_than)
        question = question.where(self.row_id > after).order_by(self.row_id).limit(limit)
        return [(row[0], (row[1], row[2])) for row in tx.execute(question)]

    def exchange(self, tx: Tx, exchanges: Iterable[tuple[str, Wrap, Wrap]]) -> int:
        """Put wraps in the place of others, as row, old one and new one; return how many old ones were still there."""
        overwrite_freed(tx)
        key_id, data = self.table.c.key_id, self.table.c.wrapped_key
        here = (self.row_id == bindparam("row")) & (key_id == bindparam("old_key")) & (data == bindparam("old"))
        statement = update(self.table).where(here).values(key_id=bindparam("new_key"), wrapped_key=bindparam("new"))
        rows = [
            {"row": row, "old_key": old[0], "old": old[1], "new_key": new[0], "new": new[1]}
            for row, old, new in exchanges
        ]
        return int(tx.execute(statement, rows).rowcount)

    def counts(self, tx: Tx) -> dict[str, int]:
        """Return how many wraps each key has."""
        key_id = self.table.c.key_id
        question = select(key_id, func.count()).where(self.table.c.wrapped_key.is_not(None)).group_by(key_id)
        return {row[0]: row[1] for row in tx.execute(question)}

    def keep_still(self, tx: Tx) -> None:
        """Let nobody write to this table until the transaction ends."""
        keep_still(tx, [self.table.name])
