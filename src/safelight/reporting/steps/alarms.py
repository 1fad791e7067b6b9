"""Alarms: what is watched until it is reported, and how loud it was when it was last looked at.

None of it is written into the audit log: a deadline comes by itself, and what a person does about it is there.
"""

from collections.abc import Collection
from datetime import datetime

from safelight.database.transaction import Tx
from safelight.reporting.alarm import Matter
from safelight.reporting.deadline import Level
from safelight.reporting.store import alarm_rows


def watch_case(tx: Tx, case_id: int) -> None:
    """Watch a case in which something is confirmed until an authority has all of that. Safe to do twice."""
    alarm_rows.add(tx, Matter(case_id=case_id))


def note_level(tx: Tx, matter: Matter, level: Level, told_at: datetime | None) -> None:
    """Write down how loud something is, and when it was last told of."""
    alarm_rows.put(tx, matter, level, told_at)


def stop_watching(tx: Tx, matters: Collection[Matter]) -> None:
    """Forget what is over: should it come again, it is told again."""
    alarm_rows.remove(tx, matters)
