"""Rows of alarms: how loud each matter was when it was last looked at."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select

from safelight.database.parts import in_parts
from safelight.database.transaction import Tx
from safelight.database.upsert import insert_into
from safelight.reporting.alarm import OF_CASE, Alarm, Matter
from safelight.reporting.deadline import Level
from safelight.reporting.store.tables import alarms


def watched_cases(tx: Tx) -> list[int]:
    """Return the cases whose deadline is watched."""
    asked = select(alarms.c.case_id).where(alarms.c.report_id == OF_CASE).order_by(alarms.c.case_id)
    return list(tx.execute(asked).scalars())


def of_cases(tx: Tx, case_ids: Sequence[int]) -> dict[Matter, Alarm]:
    """Return those about the deadlines of these cases."""
    found: dict[Matter, Alarm] = {}
    for part in in_parts(case_ids):
        found |= _read(tx, alarms.c.case_id.in_(part), alarms.c.report_id == OF_CASE)
    return found


def of_reports(tx: Tx) -> dict[Matter, Alarm]:
    """Return those about reports."""
    return _read(tx, alarms.c.report_id != OF_CASE)


def add(tx: Tx, matter: Matter) -> None:
    """Let something be watched, unless it is."""
    values = {"case_id": matter.case_id, "report_id": matter.report_id, "level": Level.NONE.name, "told_at": None}
    tx.execute(insert_into(tx, alarms).values(values).on_conflict_do_nothing())


def put(tx: Tx, matter: Matter, level: Level, told_at: datetime | None) -> None:
    """Write down how loud something is, and when that was told."""
    values = {"level": level.name, "told_at": told_at}
    keys = {"case_id": matter.case_id, "report_id": matter.report_id}
    made = insert_into(tx, alarms).values(keys | values)
    tx.execute(made.on_conflict_do_update(index_elements=[alarms.c.case_id, alarms.c.report_id], set_=values))


def remove(tx: Tx, matters: Collection[Matter]) -> None:
    """Forget what is over."""
    for each in matters:
        here = (alarms.c.case_id == each.case_id, alarms.c.report_id == each.report_id)
        tx.execute(delete(alarms).where(*here))


def _read(tx: Tx, *which: ColumnElement[bool]) -> dict[Matter, Alarm]:
    return {
        Matter(case_id=row.case_id, report_id=row.report_id): Alarm(level=Level[row.level], told_at=row.told_at)
        for row in tx.execute(select(alarms).where(*which))
    }
