"""Drafting: each function is one act of a person upon a report, in one transaction with all that follows from it."""

import uuid

from safelight.database.transaction import Tx, read
from safelight.errors import InvalidValue, UsageError
from safelight.flow.reporting.desk import ReportDesk
from safelight.flow.reporting.filing import FILE_REPORT, filing_key
from safelight.jobs.queue import enqueue
from safelight.keys.kept import require_kept
from safelight.keys.recovery import require_exported
from safelight.reporting import queries, steps
from safelight.reporting.report import Report, ReportState
from safelight.reporting.report_key import CONTENT, new_report_key
from safelight.review.case import CaseState
from safelight.review.decision import Finding
from safelight.review.decision_queries import holding_on
from safelight.review.queries import find_case
from safelight.roles import Permission

MOST_CONTENT_BYTES = 8 << 20
"""The longest content of a report, without its files."""


def draft_report(
    desk: ReportDesk, case_id: int, destination: str, content: bytes, *, follows_id: int | None = None
) -> Report:
    """Draft a report of a decided case to a destination; `follows_id` is an earlier one of the same case it adds to.

    Any number may be drafted of a case, and filed. Raises `NotAllowed` without `report:write`, `NotFound`, `UsageError`
    for a case in which nothing is confirmed, `InvalidValue`, `KeysNotExported`, `KeysUnusable`, `ClockWrong`.
    """
    channel, mark = desk.channel(destination), uuid.uuid4().hex
    _check_length(content)
    require_exported(desk.keys)
    key, wrapped = new_report_key(desk.keys, mark)
    new = steps.NewReport(
        mark=mark,
        case_id=case_id,
        destination=channel.name,
        is_test=channel.is_test,
        follows_id=follows_id,
        wrapped=wrapped,
        content=key.seal(CONTENT, content),
    )
    with desk.acting(Permission.REPORT_WRITE) as (tx, actor):
        _require_confirmed(tx, case_id)
        if follows_id is not None:
            _require_of_case(tx, follows_id, case_id)
        report_id = steps.add_draft(tx, desk.clock, actor, new)
        require_kept(desk.keys, wrapped)
        return queries.find_report(tx, report_id)


def edit_report(desk: ReportDesk, report_id: int, content: bytes) -> None:
    """Put other content in the place of a report's that is not on its way; it is a draft then.

    Raises `NotAllowed` without `report:write`, `NotFound`, `UsageError`, `InvalidValue`, `KeysUnusable`.
    """
    _check_length(content)
    with read(desk.engine) as tx:
        sealed = queries.sealed_content(tx, report_id)
    made = sealed.key(desk.keys).seal(CONTENT, content)
    with desk.acting(Permission.REPORT_WRITE) as (tx, actor):
        steps.edit(tx, desk.clock, actor, report_id, made)


def complete_report(desk: ReportDesk, report_id: int) -> None:
    """Say that a draft is complete: it waits for approval. What could not be sent so is told now.

    Raises `NotAllowed` without `report:write`, `NotFound`, `UsageError`, `InvalidValue` for content that its
    destination would not take, `KeysUnusable`.
    """
    with read(desk.engine) as tx:
        report, sealed = queries.find_report(tx, report_id), queries.sealed_content(tx, report_id)
    content = sealed.open(sealed.key(desk.keys))
    desk.channel(report.destination).document(content, report.mark)
    with desk.acting(Permission.REPORT_WRITE) as (tx, actor):
        if queries.sealed_content(tx, report_id).sealed != sealed.sealed:
            raise UsageError("Somebody changed the report at this moment. Nothing was done; look at it again.")
        steps.complete(tx, desk.clock, actor, report_id)


def approve_report(desk: ReportDesk, report_id: int) -> None:
    """Let a report go to its authority: a worker files it.

    Raises `NotAllowed` without `report:approve`, or for who completed it where another person must; `NotFound`,
    `UsageError`.
    """
    with desk.acting(Permission.REPORT_APPROVE) as (tx, actor):
        alone = {"needs_another": desk.needs_another, "is_alone": desk.is_alone}
        steps.approve(tx, desk.clock, actor, report_id, **alone)
        enqueue(tx, desk.clock, kind=FILE_REPORT, args={"report": report_id}, key=filing_key(report_id))


def return_report(desk: ReportDesk, report_id: int, *, reason: str) -> None:
    """Give a report that waits for approval back. Raises `NotAllowed`, `InvalidValue`, `NotFound`, `UsageError`."""
    with desk.acting(Permission.REPORT_APPROVE) as (tx, actor):
        steps.return_draft(tx, desk.clock, actor, report_id, reason=reason)


def withdraw_report(desk: ReportDesk, report_id: int, *, reason: str) -> ReportState:
    """Give a report up that is not filed yet, and return where it stands: one on its way is retracted by the worker.

    Raises `NotAllowed` without `report:approve`, `InvalidValue` without a reason, `NotFound`, `UsageError`.
    """
    with desk.acting(Permission.REPORT_APPROVE) as (tx, actor):
        return steps.ask_withdrawal(tx, desk.clock, actor, report_id, reason=reason)


def _check_length(content: bytes) -> None:
    if len(content) > MOST_CONTENT_BYTES:
        raise InvalidValue(f"A report says {MOST_CONTENT_BYTES >> 20} MiB at most, without its files.")


def _require_confirmed(tx: Tx, case_id: int) -> None:
    case = find_case(tx, case_id)
    held = holding_on(tx, case_id).values()
    if case.state not in {CaseState.DECIDED, CaseState.REPORTED} or not any(
        each.finding is Finding.CONFIRMED for each in held
    ):
        raise UsageError(
            f"Case {case_id} is {case.state.value}, or nothing in it is confirmed: a report is of what was decided. "
            "Nothing was drafted."
        )


def _require_of_case(tx: Tx, report_id: int, case_id: int) -> None:
    if queries.find_report(tx, report_id).case_id != case_id:
        raise InvalidValue(f"Report {report_id} is of another case. Nothing was drafted.")
