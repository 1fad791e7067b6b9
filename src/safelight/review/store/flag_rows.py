"""Complaints in the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from safelight.database.transaction import Tx
from safelight.review.flag import CameFrom, Category, Flag
from safelight.review.store.tables import flags


def add(tx: Tx, flag: Flag) -> None:
    """Add a complaint: its item is there already."""
    tx.execute(
        insert(flags).values(
            item_id=flag.item_id,
            case_id=flag.case_id,
            came_from=flag.came_from.value,
            category=flag.category.value,
            flagged_at=flag.flagged_at,
            text_id=flag.text_id,
        )
    )


def of_case(tx: Tx, case_id: int, *, after_id: int = 0, limit: int = 1000) -> list[Flag]:
    """Return the complaints of a case, the oldest first."""
    question = select(flags).where(flags.c.case_id == case_id, flags.c.item_id > after_id)
    return [_flag(row) for row in tx.execute(question.order_by(flags.c.item_id).limit(limit))]


def find(tx: Tx, item_id: int) -> Flag | None:
    """Return the complaint that an item is."""
    row = tx.execute(select(flags).where(flags.c.item_id == item_id)).one_or_none()
    return None if row is None else _flag(row)


def _flag(row: Row[Any]) -> Flag:
    flagged_at: datetime = row.flagged_at
    return Flag(
        item_id=row.item_id,
        case_id=row.case_id,
        came_from=CameFrom(row.came_from),
        category=Category(row.category),
        flagged_at=flagged_at,
        text_id=row.text_id,
    )
