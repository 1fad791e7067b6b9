"""Banks and their thresholds in the database."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from safelight.banks.bank import Bank, name_key
from safelight.banks.store.tables import banks, thresholds
from safelight.database.text import storable_text
from safelight.database.transaction import Tx
from safelight.errors import AlreadyExists, NotFound


def add_bank(tx: Tx, *, name: str, now: datetime) -> int:
    """Add a bank and return its number. Raises `AlreadyExists` when the name is taken."""
    values = {"name": name, "name_key": name_key(name), "is_enabled": True, "version": 1, "created_at": now}
    return int(_named(tx, name, insert(banks).values(values).returning(banks.c.id)).scalar_one())


def change_bank(tx: Tx, bank_id: int, **values: object) -> None:
    """Change columns of a bank that is not deleted. Raises `NotFound`, or `AlreadyExists` when a new name is taken."""
    statement = update(banks).where(banks.c.id == bank_id, banks.c.deleted_at.is_(None)).values(**values)
    if not _named(tx, str(values.get("name", "")), statement).rowcount:
        raise NotFound(f"There is no bank {bank_id}, or it was deleted.")


def rename_bank(tx: Tx, bank_id: int, name: str) -> None:
    """Give a bank another name. Raises `NotFound`, or `AlreadyExists` when the name is taken."""
    change_bank(tx, bank_id, name=name, name_key=name_key(name))


def alter_bank(tx: Tx, bank_id: int, **values: object) -> None:
    """Change a bank in a way that alters what matches: its version grows. Raises `NotFound`."""
    change_bank(tx, bank_id, version=banks.c.version + 1, **values)


def _named(tx: Tx, name: str, statement: Any) -> Any:
    try:
        return tx.execute(statement)
    except IntegrityError:
        raise AlreadyExists(f"There is a bank {name!r} already (upper and lower case do not count).") from None


def list_banks(tx: Tx, condition: ColumnElement[bool] | None = None) -> list[Bank]:
    """Return the banks that are not deleted, by name."""
    question = select(banks).where(banks.c.deleted_at.is_(None)).order_by(banks.c.name_key)
    rows = tx.execute(question if condition is None else question.where(condition)).all()
    set_ones: dict[int, dict[str, int]] = {}
    for row in tx.execute(select(thresholds).where(thresholds.c.bank_id.in_([row.id for row in rows]))):
        set_ones.setdefault(row.bank_id, {})[row.signal_type] = row.distance
    return [
        Bank(
            id=row.id,
            name=row.name,
            is_enabled=row.is_enabled,
            version=row.version,
            created_at=row.created_at,
            thresholds=set_ones.get(row.id, {}),
        )
        for row in rows
    ]


def find_banks(tx: Tx, *, name: str | None = None, ids: Collection[int] = ()) -> list[Bank]:
    """Return the banks of this name or with these numbers."""
    return list_banks(tx, banks.c.id.in_(ids) if name is None else banks.c.name_key == name_key(storable_text(name)))


def lock_bank(tx: Tx, bank_id: int) -> None:
    """Make other steps that lock this bank wait for the end of this transaction. Raises `NotFound`."""
    alive = (banks.c.id == bank_id) & banks.c.deleted_at.is_(None)
    if tx.execute(select(banks.c.id).where(alive).with_for_update()).first() is None:
        raise NotFound(f"There is no bank {bank_id}, or it was deleted.")


def put_threshold(tx: Tx, bank_id: int, signal_type: str, distance: int) -> None:
    """Set a threshold in place of the one that may be there."""
    same = (thresholds.c.bank_id == bank_id) & (thresholds.c.signal_type == signal_type)
    tx.execute(delete(thresholds).where(same))
    tx.execute(insert(thresholds).values(bank_id=bank_id, signal_type=signal_type, distance=distance))
