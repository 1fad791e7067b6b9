"""Alarms: of what it was told that it is loud, how loud it was, and when."""

from dataclasses import dataclass
from datetime import datetime

from safelight.reporting.deadline import Level, Loud

OF_CASE = 0
"""In the place of a report's number: the deadline of the case itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What an alarm is about: a report, or the deadline of a case."""

    case_id: int
    report_id: int = OF_CASE


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """How loud it was, and when it was last told of; None if it was not."""

    level: Level
    told_at: datetime | None


def matter_of(loud: Loud) -> Matter:
    """Return what something loud is about."""
    return Matter(case_id=loud.case_id, report_id=(loud.report_id or OF_CASE) if loud.is_of_report else OF_CASE)
