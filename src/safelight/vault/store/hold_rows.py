"""Holds in the database, and the lock of the evidence that they keep."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, insert, select, update

from safelight.database.parts import in_parts
from safelight.database.text import storable_text
from safelight.database.transaction import Tx
from safelight.roles import Actor, ActorKind
from safelight.vault.evidence import Evidence
from safelight.vault.hold import Hold, HoldKind, NewHold
from safelight.vault.store.tables import holds, occurrences


def lock_evidence(tx: Tx, evidence_id: str) -> Evidence | None:
    """Return evidence, whatever became of it, and let nobody else add a hold to it or destroy it meanwhile.

    None where there never was any. On SQLite who writes is alone anyway.
    """
    return _evidence(tx.execute(_evidence_rows(evidence_id).with_for_update()).one_or_none())


def find_evidence(tx: Tx, evidence_id: str) -> Evidence | None:
    """Return evidence, whatever became of it. None where there never was any."""
    return _evidence(tx.execute(_evidence_rows(evidence_id)).one_or_none())


def add_hold(tx: Tx, evidence_id: str, new: NewHold, *, at: datetime, actor: Actor) -> int:
    """Add a hold and return its number. The caller holds the lock of the evidence."""
    values = {
        "evidence_id": evidence_id,
        "kind": new.kind.value,
        "reason": storable_text(new.reason),
        "legal_basis": storable_text(new.legal_basis),
        "reference": storable_text(new.reference),
        "from_at": new.from_at,
        "until_at": new.until_at,
        "added_at": at,
        "added_by_kind": actor.kind.value,
        "added_by_name": storable_text(actor.name),
    }
    return int(tx.execute(insert(holds).values(values).returning(holds.c.id)).scalar_one())


def find_hold(tx: Tx, hold_id: int) -> Hold | None:
    """Return one hold."""
    row = tx.execute(select(holds).where(holds.c.id == hold_id)).one_or_none()
    return None if row is None else _hold(row)


def holds_of(tx: Tx, evidence_id: str) -> list[Hold]:
    """Return every hold that evidence ever had, by number."""
    question = select(holds).where(holds.c.evidence_id == evidence_id).order_by(holds.c.id)
    return [_hold(row) for row in tx.execute(question)]


def set_end(tx: Tx, hold_ids: Collection[int], until_at: datetime | None) -> None:
    """Say when holds end, None: that it is not known. Whether they may end then is the caller's to know."""
    tx.execute(update(holds).where(holds.c.id.in_(list(hold_ids))).values(until_at=until_at, warned_at=None))


def release(tx: Tx, hold_ids: Collection[int], *, order_id: int, at: datetime) -> None:
    """End holds before their time. Only a lawful order that two people gave does this: `vault/ordering.py`."""
    is_one = holds.c.id.in_(list(hold_ids)) & holds.c.released_at.is_(None)
    tx.execute(update(holds).where(is_one).values(released_at=at, order_id=order_id))


def mark_warned(tx: Tx, hold_ids: Collection[int], at: datetime) -> None:
    """Remember that somebody was warned of the end of holds."""
    for part in in_parts(list(hold_ids)):
        tx.execute(update(holds).where(holds.c.id.in_(part)).values(warned_at=at))


def ending(tx: Tx, *, by: datetime, after_id: str, limit: int) -> list[Hold]:
    """Return, for living evidence whose last hold ends or ended at or before a moment, that hold; by evidence.

    Pages by the evidence's id. Where several end last at once, it is the one with the highest number.
    """
    page = tx.execute(
        select(holds.c.evidence_id, func.max(holds.c.until_at).label("until_at"))
        .join(occurrences, occurrences.c.id == holds.c.evidence_id)
        .where(holds.c.evidence_id > after_id, occurrences.c.destroyed_at.is_(None), holds.c.released_at.is_(None))
        .group_by(holds.c.evidence_id)
        .having(_all_end() & (func.max(holds.c.until_at) <= by))
        .order_by(holds.c.evidence_id)
        .limit(limit)
    ).all()
    last: dict[str, Hold] = {}
    ends = {row.evidence_id: row.until_at for row in page}
    for part in in_parts(list(ends)):
        question = select(holds).where(holds.c.evidence_id.in_(part), holds.c.released_at.is_(None))
        for row in tx.execute(question.order_by(holds.c.id)):
            if row.until_at == ends[row.evidence_id]:
                last[row.evidence_id] = _hold(row)
    return [last[evidence_id] for evidence_id in ends]


def _evidence_rows(evidence_id: str) -> Select[Any]:
    columns = (occurrences.c.id, occurrences.c.size_bytes, occurrences.c.sealed_at, occurrences.c.destroyed_at)
    return select(*columns).where(occurrences.c.id == evidence_id)


def _evidence(row: Row[Any] | None) -> Evidence | None:
    if row is None:
        return None
    return Evidence(id=row.id, size_bytes=row.size_bytes, sealed_at=row.sealed_at, destroyed_at=row.destroyed_at)


def _all_end() -> ColumnElement[bool]:
    return func.count(holds.c.until_at) == func.count()


def _hold(row: Row[Any]) -> Hold:
    return Hold(
        id=row.id,
        evidence_id=row.evidence_id,
        kind=HoldKind(row.kind),
        reason=row.reason,
        legal_basis=row.legal_basis,
        reference=row.reference,
        from_at=row.from_at,
        until_at=row.until_at,
        added_at=row.added_at,
        added_by=Actor(kind=ActorKind(row.added_by_kind), name=row.added_by_name),
        warned_at=row.warned_at,
        released_at=row.released_at,
        order_id=row.order_id,
    )
