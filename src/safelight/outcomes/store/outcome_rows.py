"""Rows of outcomes."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, func, select, update

from safelight.database.parts import in_parts
from safelight.database.transaction import Tx
from safelight.database.upsert import insert_into
from safelight.outcomes.outcome import CameBy, NewOutcome, Outcome, OutcomeKind, Part
from safelight.outcomes.store.tables import outcomes

_SAME = [outcomes.c.report_id, outcomes.c.kind, outcomes.c.part, outcomes.c.learnt_at]


def add(tx: Tx, new: NewOutcome, *, came_by: CameBy, text_id: str | None, now: datetime) -> int | None:
    """Add an outcome and return its number; None where the same one is there, waiting for who adds it now."""
    values = {"report_id": new.report_id, "kind": new.kind.value, "part": new.part.value, "learnt_at": new.learnt_at}
    statement = insert_into(tx, outcomes).values(came_by=came_by.value, text_id=text_id, recorded_at=now, **values)
    statement = statement.on_conflict_do_nothing(index_elements=_SAME)
    number: int | None = tx.execute(statement.returning(outcomes.c.id)).scalar_one_or_none()
    return number


def find_same(tx: Tx, new: NewOutcome) -> Outcome:
    """Return the outcome that is the same, which there is: of the same report, kind, part and moment."""
    told = (new.report_id, new.kind.value, new.part.value, new.learnt_at)
    is_same = [column == value for column, value in zip(_SAME, told, strict=True)]
    return _known(tx.execute(select(outcomes).where(*is_same)).mappings().one())


def find(tx: Tx, outcome_id: int) -> Outcome | None:
    """Return an outcome."""
    return _outcome(tx.execute(select(outcomes).where(outcomes.c.id == outcome_id)).mappings().one_or_none())


def page(tx: Tx, *, report_id: int | None, after_id: int, limit: int) -> list[Outcome]:
    """Return up to `limit` outcomes whose number follows, in their order."""
    asked = select(outcomes).where(outcomes.c.id > after_id).order_by(outcomes.c.id).limit(limit)
    if report_id is not None:
        asked = asked.where(outcomes.c.report_id == report_id)
    return [_known(row) for row in tx.execute(asked).mappings()]


def each_first(tx: Tx, since: datetime) -> Iterator[tuple[int, OutcomeKind, datetime]]:
    """Give, for each report and kind, when that was first learnt, of what was learnt since a moment."""
    by = (outcomes.c.report_id, outcomes.c.kind)
    asked = select(*by, func.min(outcomes.c.learnt_at)).where(outcomes.c.learnt_at >= since).group_by(*by)
    for report_id, kind, learnt_at in tx.execute(asked):
        yield report_id, OutcomeKind(kind), learnt_at


def each_learnt(tx: Tx, since: datetime, until: datetime) -> Iterator[tuple[int, OutcomeKind, datetime]]:
    """Give the report, the kind and the moment of each outcome that was learnt in a time."""
    asked = select(outcomes.c.report_id, outcomes.c.kind, outcomes.c.learnt_at)
    asked = asked.where(outcomes.c.learnt_at >= since, outcomes.c.learnt_at < until)
    for report_id, kind, learnt_at in tx.execute(asked):
        yield report_id, OutcomeKind(kind), learnt_at


def forget_texts(tx: Tx, before: datetime) -> Sequence[str]:
    """Let outcomes that were written down before a moment name no remarks any more; return the texts they named."""
    old = (outcomes.c.recorded_at < before, outcomes.c.text_id.is_not(None))
    rows = tx.execute(select(outcomes.c.id, outcomes.c.text_id).where(*old).with_for_update()).all()
    for part in in_parts([row.id for row in rows]):
        tx.execute(update(outcomes).where(outcomes.c.id.in_(part)).values(text_id=None))
    return [row.text_id for row in rows]


def _outcome(row: RowMapping | None) -> Outcome | None:
    return None if row is None else _known(row)


def _known(row: RowMapping) -> Outcome:
    named = {"kind": OutcomeKind(row["kind"]), "part": Part(row["part"]), "came_by": CameBy(row["came_by"])}
    return Outcome(**{**row, **named})
