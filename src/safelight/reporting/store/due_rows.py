"""What is asked of reports, attempts and files to know what is due. Test hosts' count as nothing, and are left out."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from safelight.database.parts import in_parts
from safelight.database.transaction import Tx
from safelight.reporting.attempt import UNSETTLED, Attempt, AttemptState
from safelight.reporting.report import ENDED, Report, ReportState
from safelight.reporting.store import attempt_rows, report_rows
from safelight.reporting.store.tables import attempts, files, reports

_IS_REAL = reports.c.is_test.is_(False)
_UNENDED = frozenset(ReportState) - ENDED


def unended(tx: Tx, case_ids: Sequence[int]) -> dict[int, tuple[int, ReportState]]:
    """Return, by case, the latest report that has not ended, with where it stands."""
    found: dict[int, tuple[int, ReportState]] = {}
    for part in in_parts(case_ids):
        asked = select(reports.c.id, reports.c.case_id, reports.c.state).where(
            reports.c.case_id.in_(part), reports.c.state.in_(_values(_UNENDED)), _IS_REAL
        )
        found |= {row.case_id: (row.id, ReportState(row.state)) for row in tx.execute(asked.order_by(reports.c.id))}
    return found


def filed_files(tx: Tx, case_ids: Sequence[int]) -> set[tuple[int, str]]:
    """Return (case, evidence) of all that an authority has."""
    found: set[tuple[int, str]] = set()
    for part in in_parts(case_ids):
        asked = (
            select(reports.c.case_id, files.c.evidence_id)
            .join(attempts, attempts.c.report_id == reports.c.id)
            .join(files, files.c.attempt_id == attempts.c.id)
            .where(
                reports.c.case_id.in_(part),
                reports.c.state == ReportState.FILED.value,
                attempts.c.state == AttemptState.FINISHED.value,
                _IS_REAL,
            )
        )
        found |= {(row.case_id, row.evidence_id) for row in tx.execute(asked)}
    return found


def latest_filed(tx: Tx, case_ids: Sequence[int], *, is_learnt: bool = False) -> dict[int, datetime]:
    """Return, by case, when the latest of those reports was drafted that an authority has.

    `is_learnt`: of those of which a person learnt that. Nothing here says which files arrived of them.
    """
    of_it = (attempts.c.report_id == reports.c.id, attempts.c.state == AttemptState.FINISHED.value)
    here = [reports.c.state == ReportState.FILED.value, _IS_REAL]
    here += [~select(attempts.c.id).where(*of_it).exists()] if is_learnt else []
    found: dict[int, datetime] = {}
    for part in in_parts(case_ids):
        asked = select(reports.c.case_id, reports.c.drafted_at).where(reports.c.case_id.in_(part), *here)
        found |= {row.case_id: row.drafted_at for row in tx.execute(asked.order_by(reports.c.drafted_at))}
    return found


def in_states(tx: Tx, states: Iterable[ReportState]) -> list[Report]:
    """Return the reports in these states."""
    asked = select(*report_rows.SHOWN).where(reports.c.state.in_(_values(states)), _IS_REAL).order_by(reports.c.id)
    return [report_rows.known(row) for row in tx.execute(asked).mappings()]


def unsettled(tx: Tx, begun_before: datetime) -> list[tuple[Report, Attempt]]:
    """Return the attempts that may be open at their authorities and were begun before a moment, with their reports."""
    asked = (
        select(attempts)
        .join(reports, reports.c.id == attempts.c.report_id)
        .where(reports.c.state.in_(_values(_UNENDED)), _IS_REAL)  # by an index; most reports have ended
        .where(attempts.c.state.in_(_values(UNSETTLED)), attempts.c.begun_at < begun_before)
        .order_by(attempts.c.id)
    )
    found = [attempt_rows.known(row) for row in tx.execute(asked).mappings()]
    of = {each.id: each for each in _reports(tx, sorted({each.report_id for each in found}))}
    return [(of[each.report_id], each) for each in found]


def _reports(tx: Tx, report_ids: Sequence[int]) -> list[Report]:
    found: list[Report] = []
    for part in in_parts(report_ids):
        asked = select(*report_rows.SHOWN).where(reports.c.id.in_(part))
        found += [report_rows.known(row) for row in tx.execute(asked).mappings()]
    return found


def _values(states: Iterable[ReportState] | Iterable[AttemptState]) -> list[str]:
    return sorted(each.value for each in states)
