"""Rows of calls."""

from typing import Any

from sqlalchemy import RowMapping, insert, select, update

from safelight.database.transaction import Tx
from safelight.reporting.call import Call, CallKind, CallOutcome
from safelight.reporting.store.tables import calls

_SHOWN = [each for each in calls.c if each.name not in {"name", "sent", "received"}]


def add(tx: Tx, **values: Any) -> int:
    """Add a call that is about to be made, and return its number."""
    empty = {"outcome": CallOutcome.INTENDED.value, "request_id": "", "received_sha256": ""}
    return int(tx.execute(insert(calls).values(**empty, **values).returning(calls.c.id)).scalar_one())


def put(tx: Tx, call_id: int, **values: Any) -> None:
    """Write down what came of a call."""
    tx.execute(update(calls).where(calls.c.id == call_id).values(**values))


def of_report(tx: Tx, report_id: int, *, after_id: int, limit: int) -> list[Call]:
    """Return up to `limit` calls of a report whose number follows, in their order."""
    asked = select(*_SHOWN).where(calls.c.report_id == report_id, calls.c.id > after_id)
    return [_call(row) for row in tx.execute(asked.order_by(calls.c.id).limit(limit)).mappings()]


def latest(tx: Tx, report_id: int, limit: int) -> list[Call]:
    """Return up to `limit` calls of a report, the latest first."""
    asked = select(*_SHOWN).where(calls.c.report_id == report_id).order_by(calls.c.id.desc()).limit(limit)
    return [_call(row) for row in tx.execute(asked).mappings()]


def last(tx: Tx, report_id: int) -> Call | None:
    """Return the latest call of a report."""
    asked = select(*_SHOWN).where(calls.c.report_id == report_id).order_by(calls.c.id.desc()).limit(1)
    row = tx.execute(asked).mappings().one_or_none()
    return None if row is None else _call(row)


def has_doubted_finish(tx: Tx, attempt_id: int) -> bool:
    """Say whether a call that finishes was answered with code 0, and that was not believed."""
    here = (calls.c.attempt_id == attempt_id, calls.c.kind == CallKind.FINISH.value, calls.c.code == 0)
    doubted = (*here, calls.c.outcome == CallOutcome.UNANSWERED.value)
    return tx.execute(select(calls.c.id).where(*doubted).limit(1)).one_or_none() is not None


def find(tx: Tx, report_id: int, call_id: int) -> Call | None:
    """Return a call of a report; None where the report has none of that number."""
    asked = select(*_SHOWN).where(calls.c.id == call_id, calls.c.report_id == report_id)
    row = tx.execute(asked).mappings().one_or_none()
    return None if row is None else _call(row)


def find_sealed(tx: Tx, call_id: int) -> tuple[str, bytes | None, bytes | None] | None:
    """Return the name of a call, and what was sent and received, sealed."""
    row = tx.execute(select(calls.c.name, calls.c.sent, calls.c.received).where(calls.c.id == call_id)).one_or_none()
    return None if row is None else (row.name, row.sent, row.received)


def _call(row: RowMapping) -> Call:
    return Call(**{**row, "kind": CallKind(row["kind"]), "outcome": CallOutcome(row["outcome"])})
