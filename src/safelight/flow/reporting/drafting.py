"""Drafting: each function is one act of a person upon a report, in one transaction with all that follows from it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from safelight.clock import Clock
from safelight.database.transaction import Tx, read
from safelight.errors import AlreadyExists, ChangedMeanwhile, InvalidValue, UsageError
from safelight.flow.reporting.desk import ReportDesk
from safelight.flow.reporting.discarding import enqueue_discarding, made_attempts
from safelight.flow.reporting.gathering import gather, require_confirmed, require_evidence_of_case
from safelight.flow.reporting.receipt import follow_receipt
from safelight.flow.reporting.waking import wake
from safelight.flow.review.acting import present
from safelight.keys.kept import require_kept
from safelight.keys.recovery import require_exported
from safelight.reporting import queries, steps
from safelight.reporting.destinations.interface import Destination
from safelight.reporting.form.fault import refuse_faults
from safelight.reporting.paper import Paper, paper_bytes, read_paper
from safelight.reporting.report import Report, ReportState
from safelight.reporting.report_key import CONTENT, SealedContent, check_content_digest, new_report_key
from safelight.roles import Actor, Permission, require_permission

_MAY_BE_OPEN = frozenset({ReportState.APPROVED, ReportState.FILING, ReportState.FAILED})
"""The states in which an authority may have a part of a report; a restored backup leaves it with one that failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A report and what it says, read at one moment. `digest` is of that content: who read it acts upon no other."""

    report: Report
    paper: Paper = field(repr=False)
    digest: str


def draft_report(
    desk: ReportDesk,
    case_id: int,
    destination: str,
    *,
    paper: Paper | None = None,
    follows_id: int | None = None,
    once: str | None = None,
) -> Report:
    """Draft a report of a decided case to a destination; `follows_id` is an earlier one of the same case it adds to.

    Without a paper, what this house knows is put on the destination's form, for which each file's manifest is opened on
    record. Any number may be drafted of a case, and filed; whoever asks for the same again under the same `once` (32
    hexadecimal digits) is given what was drafted at first. Raises `AlreadyExists` for another, `NotAllowed` without
    `report:write` (and `evidence:report`, to draw it up), `NotFound`, `UsageError` for a case in which nothing is
    confirmed, or for a paper of another form, `InvalidValue`, `KeysNotExported`, `KeysUnusable`, `ClockWrong`.
    """
    to, mark = desk.find(destination), once or uuid.uuid4().hex
    with desk.acting(Permission.REPORT_WRITE) as (tx, _):
        require_confirmed(tx, case_id)
        there = queries.find_marked(tx, mark)
    asked = (case_id, to.name, follows_id)
    if there is not None:
        return _as_asked(there, asked)
    if paper is None:
        paper = to.draft(gather(desk, case_id))
    _require_form(to, paper)
    content = paper_bytes(paper)
    require_exported(desk.keys)
    key, wrapped = new_report_key(desk.keys, mark)
    new = steps.NewReport(
        mark=mark,
        case_id=case_id,
        destination=to.name,
        is_test=to.is_test,
        follows_id=follows_id,
        wrapped=wrapped,
        content=key.seal(CONTENT, content),
    )
    with desk.acting(Permission.REPORT_WRITE) as (tx, actor):
        require_confirmed(tx, case_id)
        require_evidence_of_case(tx, case_id, paper)
        if follows_id is not None:
            _require_of_case(tx, follows_id, case_id)
        made = steps.add_draft(tx, desk.clock, actor, new)
        require_kept(desk.keys, wrapped)
        return _as_asked(made, asked)


def read_report(desk: ReportDesk, report_id: int) -> tuple[Report, Paper]:
    """Return a report and what it says. Raises as `read_content` does."""
    found = read_content(desk, report_id)
    return found.report, found.paper


def read_content(desk: ReportDesk, report_id: int) -> Reading:
    """Return a report, what it says, and the digest of that.

    Raises `NotAllowed` without `report:read`, `NotFound`, also once what it said was erased, `KeysUnusable`.
    """
    with read(desk.engine) as tx:
        require_permission(present(tx, desk.actor), Permission.REPORT_READ)
        report, sealed = queries.find_report(tx, report_id), queries.sealed_content(tx, report_id)
    paper = read_paper(sealed.open(sealed.key(desk.keys)))
    return Reading(report=report, paper=paper, digest=sealed.digest)


def edit_report(desk: ReportDesk, report_id: int, paper: Paper, *, was: str | None = None) -> None:
    """Put another paper in the place of a report's that is not on its way; it is a draft then.

    `was` is the digest of what the writer had before them: where that was changed since, nothing is done. Raises
    `ChangedMeanwhile` then, `NotAllowed` without `report:write`, `NotFound`, `UsageError`, `InvalidValue`,
    `KeysUnusable`.
    """
    with read(desk.engine) as tx:
        report, sealed = queries.find_report(tx, report_id), queries.sealed_content(tx, report_id)
    _require_form(desk.find(report.destination), paper)
    if was is not None:
        _require_same(sealed, was)
    made = sealed.key(desk.keys).seal(CONTENT, paper_bytes(paper))
    with desk.acting(Permission.REPORT_WRITE) as (tx, actor):
        _require_still(tx, report_id, sealed.digest)
        require_evidence_of_case(tx, report.case_id, paper)
        steps.edit(tx, desk.clock, actor, report_id, made)


def complete_report(desk: ReportDesk, report_id: int, *, was: str | None = None) -> str:
    """Say that a draft is complete: it waits for approval. Return the digest of what it says.

    What could not be sent so is told now. `was` is the digest of what was read: where that was changed since, nothing
    is done. Raises `ChangedMeanwhile` then, `NotAllowed` without `report:write`, `NotFound`, `UsageError`,
    `InvalidValue` for what its destination would not take, `KeysUnusable`.
    """
    with read(desk.engine) as tx:
        report, sealed = queries.find_report(tx, report_id), queries.sealed_content(tx, report_id)
    if was is not None:
        _require_same(sealed, was)
    paper = read_paper(sealed.open(sealed.key(desk.keys)))
    refuse_faults(desk.find(report.destination).faults(paper, desk.clock.now()))
    with desk.acting(Permission.REPORT_WRITE) as (tx, actor):
        _require_still(tx, report_id, sealed.digest)
        steps.complete(tx, desk.clock, actor, report_id)
    return sealed.digest


def approve_report(desk: ReportDesk, report_id: int, *, was: str | None = None) -> str:
    """Let a report go to its authority: a worker files it. Return the digest of what was let go.

    `was` is the digest of what was read: nobody lets go what they have not read, so where it was changed since, nothing
    is done. That nothing may be sent there is told now. Raises `ChangedMeanwhile`, `NotAllowed` without
    `report:approve`, or for who completed it where another person must; `NotFound`, `UsageError`, also for a
    destination that is switched off, or counts while `live_reporting` is off; `KeysUnusable`.
    """
    _require_sendable(desk, report_id)
    with desk.acting(Permission.REPORT_APPROVE) as (tx, actor):
        wake(tx, desk.clock, report_id)
        steps.locked(tx, report_id)
        sealed = queries.sealed_content(tx, report_id)
        if was is not None:
            _require_same(sealed, was)
        alone = {"needs_another": desk.needs_another, "is_alone": desk.is_alone}
        steps.approve(tx, desk.clock, actor, report_id, content_digest=sealed.digest, **alone)
        return sealed.digest


def retry_report(desk: ReportDesk, report_id: int, *, reason: str) -> None:
    """Let a report that failed, for what was no fault of what it says, be filed as it was approved.

    One that is let go already is tried now, whatever it waits for and whatever became of its job. Raises `NotAllowed`
    without `report:approve`, `InvalidValue` without a reason, and else as `approve_report` does.
    """
    _require_sendable(desk, report_id)
    with desk.acting(Permission.REPORT_APPROVE) as (tx, actor):
        wake(tx, desk.clock, report_id)
        steps.retry(tx, desk.clock, actor, report_id, reason=reason)


def return_report(desk: ReportDesk, report_id: int, *, reason: str) -> None:
    """Give a report that waits for approval back. Raises `NotAllowed`, `InvalidValue`, `NotFound`, `UsageError`."""
    with desk.acting(Permission.REPORT_APPROVE) as (tx, actor):
        steps.return_draft(tx, desk.clock, actor, report_id, reason=reason)


def withdraw_report(desk: ReportDesk, report_id: int, *, reason: str) -> ReportState:
    """Give a report up that is not filed yet, and return where it stands: one on its way is retracted by the worker.

    That is done now, also where the next try was to come later. One that was made and not handed over is deleted by the
    worker: a job for that stands or falls with the withdrawal. Raises `NotAllowed` without `report:approve`,
    `InvalidValue` without a reason, `NotFound`, `UsageError`.
    """
    with desk.acting(Permission.REPORT_APPROVE) as (tx, actor):
        if queries.find_report(tx, report_id).state in _MAY_BE_OPEN:
            wake(tx, desk.clock, report_id)
        stands = steps.ask_withdrawal(tx, desk.clock, actor, report_id, reason=reason)
        if stands is ReportState.WITHDRAWN and made_attempts(tx, report_id):
            enqueue_discarding(tx, desk.clock, report_id)
        return stands


def hand_over_report(desk: ReportDesk, report_id: int, *, receipt: str, reason: str) -> Report:
    """Note that a report that was made was handed over, and what its authority calls it: from then on it is filed.

    Raises `NotAllowed` without `report:approve`, `InvalidValue` without a receipt or a word on how, `NotFound`,
    `UsageError`, `KeysUnusable`.
    """
    return _take_receipt(desk, report_id, partial(steps.hand_over, receipt=receipt, reason=reason))


def learn_receipt(
    desk: ReportDesk, report_id: int, *, receipt: str, reason: str, filed_at: datetime | None = None
) -> Report:
    """Note that the authority has a report that failed here, and what it calls it: it is filed, since then or now.

    So it is with one that came back with a backup of before it was filed. Raises as `hand_over_report` does.
    """
    act = partial(steps.learn_receipt, receipt=receipt, reason=reason, filed_at=filed_at)
    return _take_receipt(desk, report_id, act)


def _take_receipt(desk: ReportDesk, report_id: int, take: Callable[[Tx, Clock, Actor, int], Report]) -> Report:
    with read(desk.engine) as tx:
        sealed = queries.sealed_content(tx, report_id)
    evidence_ids = read_paper(sealed.open(sealed.key(desk.keys))).evidence_ids
    with desk.acting(Permission.REPORT_APPROVE) as (tx, actor):
        report = take(tx, desk.clock, actor, report_id)
        follow_receipt(tx, desk.clock, actor, report, evidence_ids)
        return report


def _require_sendable(desk: ReportDesk, report_id: int) -> None:
    with desk.acting(Permission.REPORT_APPROVE) as (tx, _):
        destination = queries.find_report(tx, report_id).destination
    desk.require_sendable(destination)


def _require_form(to: Destination, paper: Paper) -> None:
    if paper.form != to.form.name:
        raise UsageError(
            f"The destination {to.name!r} has reports of the form {to.form.name}, and this is one of another. Nothing "
            "was changed. Draft a report to it."
        )


def _require_still(tx: Tx, report_id: int, was: str) -> None:
    """Raise unless a report says what it said, and let nobody change it until the transaction ends."""
    steps.locked(tx, report_id)
    _require_same(queries.sealed_content(tx, report_id), was)


def _require_same(sealed: SealedContent, was: str) -> None:
    check_content_digest(was)
    if sealed.digest != was:
        raise ChangedMeanwhile("Somebody changed the report since you read it. Nothing was done; read it again.")


def _as_asked(report: Report, asked: tuple[int, str, int | None]) -> Report:
    """Return what was drafted, now or under the same name before, if it is what is asked for."""
    if (report.case_id, report.destination, report.follows_id) != asked:
        raise AlreadyExists(
            f"The form was sent before, and drafted report {report.id}, which is another. Nothing more was drafted. "
            "Load the page again to draft one more."
        )
    return report


def _require_of_case(tx: Tx, report_id: int, case_id: int) -> None:
    if queries.find_report(tx, report_id).case_id != case_id:
        raise InvalidValue(f"Report {report_id} is of another case. Nothing was drafted.")
