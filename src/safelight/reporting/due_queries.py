"""Questions about what is still to be reported. All are read-only; what test hosts have counts as nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.database.transaction import Tx
from safelight.reporting.alarm import Alarm, Matter
from safelight.reporting.deadline import DeadlineRules, Level, Loud, expires_at
from safelight.reporting.report import Report, ReportState
from safelight.reporting.store import alarm_rows, due_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What authorities have of some cases: (case, evidence), and when the latest report of each was drafted.

    `learnt_at` is when the latest of those was drafted of which a person learnt it, so that no file is known. `unended`
    is, by case, the latest report that has not ended, with where it stands.
    """

    files: frozenset[tuple[int, str]]
    drafted_at: dict[int, datetime]
    learnt_at: dict[int, datetime]
    unended: dict[int, tuple[int, ReportState]]


def reported_of(tx: Tx, case_ids: Sequence[int]) -> Reported:
    """Return what authorities have of some cases, and what is on its way."""
    return Reported(
        files=frozenset(due_rows.filed_files(tx, case_ids)),
        drafted_at=due_rows.latest_filed(tx, case_ids),
        learnt_at=due_rows.latest_filed(tx, case_ids, is_learnt=True),
        unended=due_rows.unended(tx, case_ids),
    )


def watched_cases(tx: Tx) -> list[int]:
    """Return the cases whose deadline is watched, by number."""
    return alarm_rows.watched_cases(tx)


def alarms_of_cases(tx: Tx, case_ids: Sequence[int]) -> dict[Matter, Alarm]:
    """Return how loud the deadlines of these cases were when they were last looked at."""
    return alarm_rows.of_cases(tx, case_ids)


def alarms_of_reports(tx: Tx) -> dict[Matter, Alarm]:
    """Return how loud reports were when they were last looked at."""
    return alarm_rows.of_reports(tx)


def reports_in_trouble(tx: Tx, now: datetime, rules: DeadlineRules) -> list[Loud]:
    """Return the reports that somebody must see to themselves, each once, by the loudest that is true of it."""
    found = {
        each.id: _of_report(each, level, each.approved_at or each.drafted_at)
        for state, level in ((ReportState.HAND_OVER_DUE, Level.HAND_OVER_DUE), (ReportState.FAILED, Level.FAILED))
        for each in due_rows.in_states(tx, [state])
    }
    return list((found | left_open(tx, now, rules)).values())


def left_open(tx: Tx, now: datetime, rules: DeadlineRules) -> dict[int, Loud]:
    """Return, by their numbers, the reports that are open at their authorities for longer than filing takes."""
    return {
        report.id: _of_report(report, Level.OPEN_AT_AUTHORITY, attempt.begun_at, expires_at(attempt))
        for report, attempt in due_rows.unsettled(tx, now - rules.left_open)
    }


def _of_report(report: Report, level: Level, since_at: datetime, due_at: datetime | None = None) -> Loud:
    return Loud(
        level=level,
        case_id=report.case_id,
        report_id=report.id,
        state=report.state,
        is_of_report=True,
        since_at=since_at,
        due_at=due_at,
    )
