"""Rows of lifts."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Row,
    insert,
    select,
    update,
)

from safelight.database.transaction import Tx
from safelight.review.exposure.lift import Lift, LiftKind, NewLift
from safelight.review.exposure.store.tables import lifts
from safelight.roles import Actor, ActorKind


def add_lift(tx: Tx, new: NewLift, asked_by: Actor, now: datetime) -> int:
    """Add a lift that somebody asks for, and return its number."""
    values = {
        "person_id": new.person_id,
        "kind": new.kind.value,
        "extra_minutes": new.extra_minutes,
        "until_at": new.until,
        "reason": new.reason,
        "asked_at": now,
        "asked_by_kind": asked_by.kind.value,
        "asked_by_name": asked_by.name,
    }
    return int(tx.execute(insert(lifts).values(values).returning(lifts.c.id)).scalar_one())


def lock_lift(tx: Tx, lift_id: int) -> Lift | None:
    """Return a lift, locked until the transaction ends."""
    row = tx.execute(select(lifts).where(lifts.c.id == lift_id).with_for_update()).one_or_none()
    return None if row is None else _lift(row)


def grant_lift(tx: Tx, lift_id: int, granted_by: Actor, now: datetime) -> None:
    """Note that somebody granted a lift that is locked."""
    values = {"granted_at": now, "granted_by_kind": granted_by.kind.value, "granted_by_name": granted_by.name}
    tx.execute(update(lifts).where(lifts.c.id == lift_id).values(values))


def lifts_of(tx: Tx, person_id: int, now: datetime) -> list[Lift]:
    """Return the lifts of a person that have not ended."""
    question = select(lifts).where(lifts.c.person_id == person_id, lifts.c.until_at > now).order_by(lifts.c.id)
    return [_lift(row) for row in tx.execute(question)]


def latest_lifts(tx: Tx, person_id: int, most: int) -> list[Lift]:
    """Return the lifts that were last asked for a person, the latest first."""
    question = select(lifts).where(lifts.c.person_id == person_id).order_by(lifts.c.id.desc()).limit(most)
    return [_lift(row) for row in tx.execute(question)]


def end_lift(tx: Tx, lift_id: int, now: datetime) -> None:
    """Let a lift that is locked end at this moment."""
    tx.execute(update(lifts).where(lifts.c.id == lift_id).values(until_at=now))


def waiting_lifts(tx: Tx, now: datetime) -> list[Lift]:
    """Return the lifts that wait to be granted, the oldest first."""
    question = select(lifts).where(lifts.c.granted_at.is_(None), lifts.c.until_at > now).order_by(lifts.c.id)
    return [_lift(row) for row in tx.execute(question)]


def _lift(row: Row[Any]) -> Lift:
    granted_by = None
    if row.granted_by_name is not None:
        granted_by = Actor(kind=ActorKind(row.granted_by_kind), name=row.granted_by_name)
    return Lift(
        id=row.id,
        person_id=row.person_id,
        kind=LiftKind(row.kind),
        extra_minutes=row.extra_minutes,
        until=row.until_at,
        reason=row.reason,
        asked_at=row.asked_at,
        asked_by=Actor(kind=ActorKind(row.asked_by_kind), name=row.asked_by_name),
        granted_at=row.granted_at,
        granted_by=granted_by,
    )
