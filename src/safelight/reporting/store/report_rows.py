"""Rows of reports."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, select, update

from safelight.database.erasing import overwrite_freed
from safelight.database.parts import in_parts
from safelight.database.transaction import Tx
from safelight.database.upsert import insert_into
from safelight.database.wrap_columns import WrapColumns
from safelight.keys.interface import Wrapped
from safelight.reporting.report import Report, ReportState
from safelight.reporting.store.tables import calls, reports

WRAPS = WrapColumns(reports, reports.c.mark)

_UNSEEN = {"completed_key", "ended_at", "key_id", "wrapped_key", "content"}
SHOWN = [each for each in reports.c if each.name not in _UNSEEN]


def add(tx: Tx, wrapped: Wrapped, content: bytes, **values: Any) -> tuple[Report, bool]:
    """Add a report, unless one of its mark is there, waiting for who adds it now; return it, and whether it is new."""
    empty = {"completed_by": "", "completed_key": "", "approved_by": "", "tries": 0, "receipt": "", "failure": ""}
    sealed = {"key_id": wrapped.key_id, "wrapped_key": wrapped.data, "content": content, "withdrawal": False}
    statement = insert_into(tx, reports).values(**empty, **sealed, **values)
    statement = statement.on_conflict_do_nothing(index_elements=[reports.c.mark])
    is_new = tx.execute(statement.returning(reports.c.id)).one_or_none() is not None
    asked = select(*SHOWN).where(reports.c.mark == values["mark"])
    return known(tx.execute(asked).mappings().one()), is_new


def find_marked(tx: Tx, mark: str) -> Report | None:
    """Return the report of a mark."""
    return _report(tx.execute(select(*SHOWN).where(reports.c.mark == mark)).mappings().one_or_none())


def find(tx: Tx, report_id: int) -> Report | None:
    """Return a report."""
    return _report(tx.execute(select(*SHOWN).where(reports.c.id == report_id)).mappings().one_or_none())


def lock(tx: Tx, report_id: int) -> Report | None:
    """Return a report, which nobody else changes until the transaction ends."""
    asked = select(*SHOWN).where(reports.c.id == report_id).with_for_update()
    return _report(tx.execute(asked).mappings().one_or_none())


def page(tx: Tx, asked: Mapping[str, int | str | None], *, after_id: int, limit: int) -> list[Report]:
    """Return up to `limit` reports whose number follows, the oldest first; `asked` is by column, None for any."""
    question = select(*SHOWN).where(reports.c.id > after_id).order_by(reports.c.id).limit(limit)
    for column, value in asked.items():
        if value is not None:
            question = question.where(reports.c[column] == value)
    return [known(row) for row in tx.execute(question).mappings()]


def count_states(tx: Tx) -> dict[ReportState, int]:
    """Return how many reports there are in each state that some are in."""
    asked = select(reports.c.state, func.count()).group_by(reports.c.state)
    return {ReportState(row[0]): row[1] for row in tx.execute(asked)}


def put(tx: Tx, report_id: int, **values: Any) -> None:
    """Change a report."""
    tx.execute(update(reports).where(reports.c.id == report_id).values(**values))


def find_sealed(tx: Tx, report_id: int) -> tuple[str, Wrapped, bytes] | None:
    """Return a report's mark, its wrapped key and its sealed content; None where those were erased."""
    row = tx.execute(
        select(reports.c.mark, reports.c.key_id, reports.c.wrapped_key, reports.c.content).where(
            reports.c.id == report_id, reports.c.wrapped_key.is_not(None)
        )
    ).one_or_none()
    return None if row is None else (row.mark, Wrapped(key_id=row.key_id, data=row.wrapped_key), row.content)


def erase_ended(tx: Tx, before: datetime) -> int:
    """Erase what reports that ended before a moment said, and who wrote and approved them; return how many those are.

    With its key all that is sealed of a report is gone.
    """
    overwrite_freed(tx)
    gone = {"key_id": None, "wrapped_key": None, "content": None, "failure": ""}
    nobody = {"completed_by": "", "completed_key": "", "approved_by": ""}
    old = (reports.c.ended_at < before, reports.c.wrapped_key.is_not(None))
    ids = list(tx.execute(update(reports).where(*old).values(**gone, **nobody).returning(reports.c.id)).scalars())
    for part in in_parts(ids):
        tx.execute(update(calls).where(calls.c.report_id.in_(part)).values(sent=None, received=None))
    return len(ids)


def completed_key(tx: Tx, report_id: int) -> str:
    """Return the key of the name of who completed it, "" for nobody."""
    return str(tx.execute(select(reports.c.completed_key).where(reports.c.id == report_id)).scalar_one())


def _report(row: RowMapping | None) -> Report | None:
    return None if row is None else known(row)


def known(row: RowMapping) -> Report:
    """Return the report that a row is, of the columns that are shown."""
    return Report(**{**row, "state": ReportState(row["state"])})
