"""Standing: where a report stands, what its authority said last, when it is tried again, and who has to do what."""

from dataclasses import dataclass
from datetime import datetime

from safelight.access.queries import names_with
from safelight.database.transaction import Tx, read
from safelight.errors import KeysUnusable, NotFound, UsageError
from safelight.flow.reporting.desk import ReportDesk
from safelight.flow.reporting.filing import filing_key
from safelight.flow.review.acting import present
from safelight.jobs.job import JobState
from safelight.jobs.queries import find_open_job
from safelight.reporting import queries
from safelight.reporting.attempt import UNSETTLED, Attempt
from safelight.reporting.call import Call
from safelight.reporting.report import Report, ReportState
from safelight.roles import Permission, require_permission

_ON_ITS_WAY = frozenset({ReportState.APPROVED, ReportState.FILING})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStanding:
    """How a report stands. `open_attempt` is what is at the authority and not settled.

    `due_at` is when a worker takes it up next, None while one does and where none will; `hindrance` why nothing can be
    sent to its destination now, "" where it can. `approvers` are the persons who may approve it. `digest` is of what it
    says, "" once that was erased.
    """

    report: Report
    digest: str
    last_call: Call | None
    open_attempt: Attempt | None
    is_in_work: bool
    due_at: datetime | None
    hindrance: str
    approvers: frozenset[str]


def find_standing(desk: ReportDesk, report_id: int) -> ReportStanding:
    """Return how a report stands. Raises `NotAllowed` without `report:read`, `NotFound`."""
    with read(desk.engine) as tx:
        require_permission(present(tx, desk.actor), Permission.REPORT_READ)
        report, digest = queries.find_report(tx, report_id), _digest(tx, report_id)
        last = queries.last_call(tx, report_id)
        left = [each for each in queries.attempts_of(tx, report_id) if each.state in UNSETTLED]
        job = find_open_job(tx, filing_key(report_id))
        approvers = _approvers(tx, desk, report)
    is_waiting = job is not None and job.state is JobState.WAITING
    return ReportStanding(
        report=report,
        digest=digest,
        last_call=last,
        open_attempt=left[-1] if left else None,
        is_in_work=job is not None and not is_waiting,
        due_at=job.due_at if job is not None and is_waiting else None,
        hindrance=_hindrance(desk, report) if report.state in _ON_ITS_WAY else "",
        approvers=approvers,
    )


def _digest(tx: Tx, report_id: int) -> str:
    try:
        return queries.sealed_content(tx, report_id).digest
    except NotFound:
        return ""


def _approvers(tx: Tx, desk: ReportDesk, report: Report) -> frozenset[str]:
    """Return who may approve a report: where another person must, whoever completed it is none of them."""
    may = names_with(tx, Permission.REPORT_APPROVE)
    return may - {report.completed_by} if desk.needs_another and not desk.is_alone else may


def _hindrance(desk: ReportDesk, report: Report) -> str:
    try:
        desk.require_sendable(report.destination)
    except (NotFound, UsageError, KeysUnusable) as error:
        return str(error)
    return ""
