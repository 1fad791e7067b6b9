"""The audit table: rows are added and read, never changed."""

import json
from typing import Any

from sqlalchemy import Column, Row, String, Table, Text, insert, select

from safelight.audit.entry import AuditEntry
from safelight.database.moment import Moment
from safelight.database.schema import METADATA, RowId, row_number
from safelight.database.transaction import Tx
from safelight.roles import Actor, ActorKind

entries = Table(
    "audit_entries",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor_kind", String(20), nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("verb", String(100), nullable=False),
    Column("target", Text, nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("details", Text, nullable=False),
)


def add(tx: Tx, values: dict[str, Any]) -> int:
    """Add one row and return its number."""
    return int(tx.execute(insert(entries).values(values).returning(entries.c.id)).scalar_one())


def page(tx: Tx, *, after_id: int, limit: int, target: str | None) -> list[AuditEntry]:
    """Return the entries after a number, oldest first."""
    question = select(entries).where(entries.c.id > after_id).order_by(entries.c.id).limit(limit)
    if target is not None:
        question = question.where(entries.c.target == target)
    return [_entry(row) for row in tx.execute(question)]


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        at=row.at,
        actor=Actor(kind=ActorKind(row.actor_kind), name=row.actor_name),
        verb=row.verb,
        target=row.target,
        reason=row.reason,
        details=json.loads(row.details),
    )
