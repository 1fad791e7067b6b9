"""The rows of events and of their deliveries."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, exists, insert, select, update

from safelight.database.transaction import Tx
from safelight.notices.delivery import Delivery, DeliveryState
from safelight.notices.event import Event, EventKind
from safelight.notices.store.tables import deliveries, events

_LISTED = select(deliveries, events.c.kind).join(events, events.c.id == deliveries.c.event_id)


def add_event(tx: Tx, event: Event) -> None:
    """Add what happened."""
    facts = json.dumps(dict(event.facts), sort_keys=True)
    values = {"id": event.id, "kind": event.kind.value, "happened_at": event.happened_at, "facts": facts}
    tx.execute(insert(events).values(values))


def find_event(tx: Tx, event_id: str) -> Event:
    """Return the event of a delivery."""
    row = tx.execute(select(events).where(events.c.id == event_id)).one()
    return Event(id=row.id, kind=EventKind(row.kind), happened_at=row.happened_at, facts=json.loads(row.facts))


def add(tx: Tx, values: Mapping[str, Any]) -> int:
    """Add a delivery and return its number."""
    whole = {"attempts": 0, "reason": "", **values}
    return int(tx.execute(insert(deliveries).values(whole).returning(deliveries.c.id)).scalar_one())


def lock(tx: Tx, delivery_id: int) -> Delivery | None:
    """Return a delivery, locked until the transaction ends."""
    row = tx.execute(_LISTED.where(deliveries.c.id == delivery_id).with_for_update(of=deliveries)).one_or_none()
    return None if row is None else _delivery(row)


def change(tx: Tx, delivery_id: int, **values: Any) -> None:
    """Set columns of a delivery."""
    tx.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(values))


def page(
    tx: Tx, *, address_id: int | None, state: DeliveryState | None, before_id: int | None, limit: int
) -> list[Delivery]:
    """Return deliveries, the latest first."""
    question = _LISTED.order_by(deliveries.c.id.desc()).limit(limit)
    if address_id is not None:
        question = question.where(deliveries.c.address_id == address_id)
    if state is not None:
        question = question.where(deliveries.c.state == state.value)
    if before_id is not None:
        question = question.where(deliveries.c.id < before_id)
    return [_delivery(row) for row in tx.execute(question)]


def undelivered(tx: Tx, address_id: int) -> list[int]:
    """Return the numbers of an address's deliveries that ended without having arrived, in order."""
    ended = deliveries.c.state.in_([DeliveryState.FAILED.value, DeliveryState.WITHHELD.value])
    question = select(deliveries.c.id).where(deliveries.c.address_id == address_id, ended).order_by(deliveries.c.id)
    return list(tx.execute(question).scalars())


def prune(tx: Tx, before: datetime) -> int:
    """Remove deliveries that ended before a moment, and events that nothing delivers any more; return how many rows."""
    count = int(tx.execute(delete(deliveries).where(deliveries.c.ended_at < before)).rowcount)
    is_needed = exists().where(deliveries.c.event_id == events.c.id)
    return count + int(tx.execute(delete(events).where(events.c.happened_at < before, ~is_needed)).rowcount)


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        address_id=row.address_id,
        address_name=row.address_name,
        event_id=row.event_id,
        kind=EventKind(row.kind),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        queued_at=row.queued_at,
        tried_at=row.tried_at,
        ended_at=row.ended_at,
        status=row.status,
        reason=row.reason,
        digest=row.digest,
    )
