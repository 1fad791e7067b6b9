"""Orders to destroy held evidence, in the database."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from safelight.database.text import storable_text
from safelight.database.transaction import Tx
from safelight.roles import Actor, ActorKind
from safelight.vault.order import NewOrder, Order
from safelight.vault.store.tables import occurrences, orders


def add_order(tx: Tx, new: NewOrder, *, at: datetime, actor: Actor) -> int:
    """Add an order and return its number."""
    values = {
        "evidence_id": new.evidence_id,
        "hold_ids": json.dumps(sorted(new.hold_ids)),
        "legal_basis": storable_text(new.legal_basis),
        "authority": storable_text(new.authority),
        "reference": storable_text(new.reference),
        "asked_at": at,
        "asked_by_kind": actor.kind.value,
        "asked_by_name": storable_text(actor.name),
        "is_single_person": False,
    }
    return int(tx.execute(insert(orders).values(values).returning(orders.c.id)).scalar_one())


def find_order(tx: Tx, order_id: int) -> Order | None:
    """Return one order."""
    row = tx.execute(select(orders).where(orders.c.id == order_id)).one_or_none()
    return None if row is None else _order(row)


def confirm(tx: Tx, order_id: int, *, at: datetime, actor: Actor, is_single_person: bool) -> None:
    """Write down who confirmed an order. The caller holds the lock of its evidence."""
    values = {
        "confirmed_at": at,
        "confirmed_by_kind": actor.kind.value,
        "confirmed_by_name": storable_text(actor.name),
        "is_single_person": is_single_person,
    }
    tx.execute(update(orders).where(orders.c.id == order_id).values(values))


def confirmed_order(tx: Tx, evidence_id: str) -> Order | None:
    """Return the order by which evidence was destroyed or is just being destroyed, None where there is none."""
    question = select(orders).where(orders.c.evidence_id == evidence_id, orders.c.confirmed_at.is_not(None))
    row = tx.execute(question.order_by(orders.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _order(row)


def waiting(tx: Tx, *, since: datetime) -> list[Order]:
    """Return the orders asked after a moment that nobody confirmed, of evidence that lives; the oldest first."""
    question = (
        select(orders)
        .join(occurrences, occurrences.c.id == orders.c.evidence_id)
        .where(orders.c.confirmed_at.is_(None), orders.c.asked_at > since, occurrences.c.destroyed_at.is_(None))
        .order_by(orders.c.asked_at, orders.c.id)
    )
    return [_order(row) for row in tx.execute(question)]


def _order(row: Row[Any]) -> Order:
    confirmed_by = None
    if row.confirmed_by_kind is not None:
        confirmed_by = Actor(kind=ActorKind(row.confirmed_by_kind), name=row.confirmed_by_name)
    return Order(
        id=row.id,
        evidence_id=row.evidence_id,
        hold_ids=tuple(json.loads(row.hold_ids)),
        legal_basis=row.legal_basis,
        authority=row.authority,
        reference=row.reference,
        asked_at=row.asked_at,
        asked_by=Actor(kind=ActorKind(row.asked_by_kind), name=row.asked_by_name),
        confirmed_at=row.confirmed_at,
        confirmed_by=confirmed_by,
        is_single_person=row.is_single_person,
    )
