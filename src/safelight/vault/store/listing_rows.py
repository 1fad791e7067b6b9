"""Evidence with its holds, for lists."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select, tuple_

from safelight.database.parts import in_parts
from safelight.database.transaction import Tx
from safelight.vault.listing import EvidenceFacts, EvidenceState
from safelight.vault.store.tables import holds, occurrences

_Row = Row[*tuple[Any, ...]]
_COLUMNS = (occurrences.c.id, occurrences.c.size_bytes, occurrences.c.sealed_at, occurrences.c.destroyed_at)


def find(tx: Tx, evidence_id: str) -> EvidenceFacts | None:
    """Return one sealing, whatever became of it; None if there never was one."""
    rows = tx.execute(select(*_COLUMNS).where(occurrences.c.id == evidence_id)).all()
    return next(iter(_with_holds(tx, rows)), None)


def living(tx: Tx, evidence_ids: Sequence[str]) -> set[str]:
    """Return those of these ids whose evidence is not destroyed."""
    found: set[str] = set()
    for part in in_parts(evidence_ids):
        question = select(occurrences.c.id).where(occurrences.c.id.in_(part), occurrences.c.destroyed_at.is_(None))
        found.update(tx.execute(question).scalars())
    return found


def copies(tx: Tx, evidence_id: str) -> list[str]:
    """Return the other sealings of the same bytes that are not destroyed."""
    same = select(occurrences.c.object_id).where(occurrences.c.id == evidence_id).scalar_subquery()
    others = (occurrences.c.object_id == same, occurrences.c.id != evidence_id)
    return list(tx.execute(select(occurrences.c.id).where(*others).order_by(occurrences.c.id)).scalars())


def page(
    tx: Tx, *, after: EvidenceFacts | None, limit: int, state: EvidenceState | None, ending_before: datetime | None
) -> list[EvidenceFacts]:
    """Return up to `limit` sealings by time and id; with `ending_before`, the living whose last hold ends before it."""
    question = select(*_COLUMNS).order_by(occurrences.c.sealed_at, occurrences.c.id).limit(limit)
    if after is not None:
        question = question.where(tuple_(occurrences.c.sealed_at, occurrences.c.id) > (after.sealed_at, after.id))
    if state is not None:
        question = question.where(_is_in(state))
    if ending_before is not None:
        question = question.where(_is_in(EvidenceState.LIVING), *_ends_before(ending_before))
    return _with_holds(tx, tx.execute(question).all())


def _is_in(state: EvidenceState) -> ColumnElement[bool]:
    destroyed_at = occurrences.c.destroyed_at
    return destroyed_at.is_(None) if state is EvidenceState.LIVING else destroyed_at.is_not(None)


def _ends_before(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    of_it = select(holds.c.id).where(holds.c.evidence_id == occurrences.c.id, holds.c.released_at.is_(None))
    lasting = of_it.where(or_(holds.c.until_at.is_(None), holds.c.until_at >= moment))
    return of_it.exists(), ~lasting.exists()


def _with_holds(tx: Tx, rows: Sequence[_Row]) -> list[EvidenceFacts]:
    question = (
        select(
            holds.c.evidence_id,
            func.count().label("holds"),
            func.count(holds.c.until_at).label("ending"),
            func.max(holds.c.until_at).label("until_at"),
        )
        .where(holds.c.released_at.is_(None), holds.c.evidence_id.in_([row.id for row in rows]))
        .group_by(holds.c.evidence_id)
    )
    held = {row.evidence_id: row for row in tx.execute(question)}
    return [_facts(row, held.get(row.id)) for row in rows]


def _facts(row: _Row, held: _Row | None) -> EvidenceFacts:
    is_open_ended = held is not None and held.ending < held.holds
    return EvidenceFacts(
        id=row.id,
        size_bytes=row.size_bytes,
        sealed_at=row.sealed_at,
        destroyed_at=row.destroyed_at,
        holds=0 if held is None else held.holds,
        is_open_ended=is_open_ended,
        kept_until=None if held is None or is_open_ended else held.until_at,
    )
