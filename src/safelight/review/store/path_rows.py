"""The hash-confirmed path in the database: whether it was switched off, and what took it."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from safelight.database.transaction import Tx
from safelight.database.upsert import insert_into
from safelight.review.path import PathMark
from safelight.review.store.tables import path_marks, path_uses

_ONLY = 1


def find_mark(tx: Tx) -> PathMark:
    """Return whether something switched the path off."""
    row = tx.execute(select(path_marks).where(path_marks.c.id == _ONLY)).one_or_none()
    return PathMark() if row is None else PathMark(off_at=row.off_at, off_why=row.off_why)


def lock_mark(tx: Tx) -> PathMark:
    """Return the same, and let nobody else take or switch the path before this transaction ends."""
    _put(tx, None)
    row = tx.execute(select(path_marks).where(path_marks.c.id == _ONLY).with_for_update()).one()
    return PathMark(off_at=row.off_at, off_why=row.off_why)


def put_mark(tx: Tx, mark: PathMark) -> None:
    """Switch the path off, or on again."""
    _put(tx, {"off_at": mark.off_at, "off_why": mark.off_why})


def add_use(tx: Tx, item_id: int, now: datetime) -> None:
    """Note that an item took the path."""
    tx.execute(insert(path_uses).values(item_id=item_id, used_at=now))


def count_since(tx: Tx, since: datetime) -> int:
    """Return how many items took the path since a moment."""
    return int(tx.execute(select(func.count()).select_from(path_uses).where(path_uses.c.used_at > since)).scalar_one())


def is_used_by(tx: Tx, item_id: int) -> bool:
    """Whether an item took the path."""
    return tx.execute(select(path_uses.c.item_id).where(path_uses.c.item_id == item_id)).first() is not None


def _put(tx: Tx, values: dict[str, Any] | None) -> None:
    first = insert_into(tx, path_marks).values(id=_ONLY, **(values or {"off_at": None, "off_why": ""}))
    if values is None:
        tx.execute(first.on_conflict_do_nothing())
    else:
        tx.execute(first.on_conflict_do_update(index_elements=[path_marks.c.id], set_=values))
