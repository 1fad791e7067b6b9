"""Rows of contacts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, insert, or_, select, update

from safelight.database.parts import in_parts
from safelight.database.transaction import Tx
from safelight.outcomes.contact import Contact, ContactKind, DueAlarm
from safelight.outcomes.store.tables import contacts


def add(tx: Tx, **values: Any) -> int:
    """Add a contact and return its number."""
    made = tx.execute(insert(contacts).values(alarm=DueAlarm.NONE.value, **values).returning(contacts.c.id))
    return int(made.scalar_one())


def find(tx: Tx, contact_id: int) -> Contact | None:
    """Return a contact."""
    return _contact(tx.execute(select(contacts).where(contacts.c.id == contact_id)).mappings().one_or_none())


def find_told(tx: Tx, text_id: str) -> Contact | None:
    """Return the contact that a text was written down with."""
    return _contact(tx.execute(select(contacts).where(contacts.c.text_id == text_id)).mappings().one_or_none())


def lock(tx: Tx, contact_id: int) -> Contact | None:
    """Return a contact, which nobody else changes until the transaction ends."""
    asked = select(contacts).where(contacts.c.id == contact_id).with_for_update()
    return _contact(tx.execute(asked).mappings().one_or_none())


def put(tx: Tx, contact_id: int, **values: Any) -> None:
    """Change a contact."""
    tx.execute(update(contacts).where(contacts.c.id == contact_id).values(**values))


def page(
    tx: Tx, *, case_id: int | None, report_id: int | None, is_open: bool, after_id: int, limit: int
) -> list[Contact]:
    """Return up to `limit` contacts whose number follows, in their order; `is_open`: of those that are open alone."""
    asked = select(contacts).where(contacts.c.id > after_id).order_by(contacts.c.id).limit(limit)
    if case_id is not None:
        asked = asked.where(contacts.c.case_id == case_id)
    if report_id is not None:
        asked = asked.where(contacts.c.report_id == report_id)
    if is_open:
        asked = asked.where(contacts.c.closed_at.is_(None))
    return [_known(row) for row in tx.execute(asked).mappings()]


def lock_alarming(tx: Tx, *, now: datetime, near: datetime, limit: int) -> list[Contact]:
    """Return up to `limit` open contacts whose clock nears or is over, and of which that was not told, locked."""
    is_over = (contacts.c.due_at <= now) & (contacts.c.alarm != DueAlarm.OVER.value)
    is_near = (contacts.c.due_at <= near) & (contacts.c.alarm == DueAlarm.NONE.value)
    asked = select(contacts).where(contacts.c.closed_at.is_(None), or_(is_over, is_near))
    asked = asked.order_by(contacts.c.due_at, contacts.c.id).limit(limit).with_for_update()
    return [_known(row) for row in tx.execute(asked).mappings()]


def forget_texts(tx: Tx, before: datetime) -> Sequence[str]:
    """Let contacts that were closed before a moment name no text any more, and return the texts that they named."""
    old = (contacts.c.closed_at < before, contacts.c.text_id.is_not(None))
    rows = tx.execute(select(contacts.c.id, contacts.c.text_id).where(*old).with_for_update()).all()
    for part in in_parts([row.id for row in rows]):
        tx.execute(update(contacts).where(contacts.c.id.in_(part)).values(text_id=None))
    return [row.text_id for row in rows]


def _contact(row: RowMapping | None) -> Contact | None:
    return None if row is None else _known(row)


def _known(row: RowMapping) -> Contact:
    return Contact(**{**row, "kind": ContactKind(row["kind"]), "alarm": DueAlarm(row["alarm"])})
