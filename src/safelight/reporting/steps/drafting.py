"""Writing a report, and letting it go: what people do to it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from safelight.access.names import name_key
from safelight.audit import log
from safelight.audit.entry import Details
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.errors import InvalidValue, NotAllowed, UsageError
from safelight.keys.interface import Wrapped
from safelight.reporting.attempt import UNSETTLED, AttemptState
from safelight.reporting.queries import missing_report
from safelight.reporting.report import (
    Move,
    Report,
    ReportState,
    check_reason,
    check_receipt,
    check_report_id,
    report_target,
    state_after,
)
from safelight.reporting.store import attempt_rows, report_rows
from safelight.roles import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """A report that is to be drafted. `content` is sealed under the key of `mark`, which `wrapped` holds."""

    mark: str
    case_id: int
    destination: str
    is_test: bool
    follows_id: int | None
    wrapped: Wrapped
    content: bytes = field(repr=False)


def add_draft(tx: Tx, clock: Clock, actor: Actor, new: NewReport) -> Report:
    """Add a draft and return it; one of its mark that is there already is left alone and returned."""
    values = {"mark": new.mark, "case_id": new.case_id, "destination": new.destination, "is_test": new.is_test}
    more = {"follows_id": new.follows_id, "state": ReportState.DRAFT.value, "drafted_at": see(tx, clock)}
    report, is_new = report_rows.add(tx, new.wrapped, new.content, **values, **more)
    if is_new:
        details: Details = {"case": new.case_id, "destination": new.destination, "test": new.is_test}
        _write(tx, clock, actor, "draft_report", report.id, details=details)
    return report


def edit(tx: Tx, clock: Clock, actor: Actor, report_id: int, content: bytes) -> None:
    """Put other content in the place of a report's; it is a draft then, whatever it was.

    Raises `UsageError`, also while nobody knows what became of what was opened of it: that may be filed as it is.
    """
    report = locked(tx, report_id)
    if _unsettled(tx, report_id):
        raise UsageError(
            f"What was opened of report {report_id} at its authority is not settled, and may be filed. Nothing was "
            "changed. Ask the authority, and note its number if it has it; or withdraw or retry it, which settles that."
        )
    kept = report.failure if report.state is ReportState.DRAFT else ""  # why it was given back
    _move(tx, report, Move.EDIT, content=content, completed_by="", completed_key="", failure=kept)
    _write(tx, clock, actor, "edit_report", report_id)


def complete(tx: Tx, clock: Clock, actor: Actor, report_id: int) -> None:
    """Say that a draft is complete: it waits for approval. Raises `UsageError`."""
    who = {"completed_by": actor.name, "completed_key": name_key(actor.name), "failure": ""}
    _move(tx, locked(tx, report_id), Move.COMPLETE, **who)
    _write(tx, clock, actor, "complete_report", report_id)


def approve(
    tx: Tx, clock: Clock, actor: Actor, report_id: int, *, content_digest: str, needs_another: bool, is_alone: bool
) -> None:
    """Let a report go to its authority; the audit log keeps the digest of what it says.

    Raises `UsageError`, and `NotAllowed` as follows.

    1. With `needs_another`, whoever completed it does not approve it too.
    2. Unless `is_alone`: the operator has switched on single-person mode, which the audit log then says.
    """
    report = locked(tx, report_id)
    is_same = report_rows.completed_key(tx, report_id) == name_key(actor.name)
    if is_same and needs_another and not is_alone:
        raise NotAllowed(f"{actor.name} completed report {report_id}: another person approves it. Nothing was changed.")
    _move(tx, report, Move.APPROVE, approved_by=actor.name, approved_at=see(tx, clock), withdrawal=False)
    details: Details = {"content": content_digest, **({"alone": True} if is_same and is_alone else {})}
    _write(tx, clock, actor, "approve_report", report_id, details=details)


def return_draft(tx: Tx, clock: Clock, actor: Actor, report_id: int, *, reason: str) -> None:
    """Give a report back to be written anew: whoever writes it reads the reason until it is completed again.

    Raises `InvalidValue` without a reason, `UsageError`.
    """
    check_reason(reason)
    _move(tx, locked(tx, report_id), Move.RETURN, completed_by="", completed_key="", failure=reason)
    _write(tx, clock, actor, "return_report", report_id, reason=reason)


def retry(tx: Tx, clock: Clock, actor: Actor, report_id: int, *, reason: str) -> None:
    """Let a report that failed go to its authority as it is: what it says was approved, and is what it was.

    One that is let go already stays as it is: somebody asks that it is tried now. Raises `InvalidValue` without a
    reason, `UsageError` for any other.
    """
    check_reason(reason)
    report = locked(tx, report_id)
    if report.state not in {ReportState.APPROVED, ReportState.FILING}:
        _move(tx, report, Move.RETRY, failure="", withdrawal=False)
    _write(tx, clock, actor, "retry_report", report_id, reason=reason)


def ask_withdrawal(tx: Tx, clock: Clock, actor: Actor, report_id: int, *, reason: str) -> ReportState:
    """Give a report up, or, if the authority may have a part of it, ask the worker to; return where it stands then.

    Raises `InvalidValue` without a reason, `UsageError` where it has ended.
    """
    check_reason(reason)
    report = locked(tx, report_id)
    after = state_after(Move.WITHDRAW, report)
    if report.state is ReportState.FILING or _unsettled(tx, report_id):
        report_rows.put(tx, report_id, state=ReportState.FILING.value, withdrawal=True)
        _write(tx, clock, actor, "ask_report_withdrawal", report_id, reason=reason)
        return ReportState.FILING
    failure = "" if report.state is ReportState.DRAFT else report.failure  # why it was given back is no failure
    report_rows.put(tx, report_id, state=after.value, ended_at=see(tx, clock), failure=failure)
    _write(tx, clock, actor, "withdraw_report", report_id, reason=reason)
    return after


def hand_over(tx: Tx, clock: Clock, actor: Actor, report_id: int, *, receipt: str, reason: str) -> Report:
    """Note that somebody handed a report over, and the authority's reference for it; return the report, now filed.

    Raises `InvalidValue` without a receipt or a word on how, `UsageError` for a report that is not to be handed over.
    """
    check_reason(reason)
    check_receipt(receipt)
    report = locked(tx, report_id)
    if report.state is not ReportState.HAND_OVER_DUE:
        raise UsageError(f"Report {report_id} is {report.state.value}: there is nothing to be handed over by anybody.")
    now = see(tx, clock)
    _move(tx, report, Move.FILE, filed_at=now, ended_at=now, receipt=receipt)
    _write(tx, clock, actor, "hand_over_report", report_id, reason=reason, details={"receipt": receipt})
    return locked(tx, report_id)


def learn_receipt(
    tx: Tx, clock: Clock, actor: Actor, report_id: int, *, receipt: str, reason: str, filed_at: datetime | None = None
) -> Report:
    """Note that the authority has a report that failed here, and what it calls it; return the report, now filed.

    `filed_at` is when that was, as the authority says; without it, it counts as filed from now on. What was opened of
    it and is not settled is set aside: nobody here asks for it any more. Raises `InvalidValue` without a receipt or a
    word on how that is known, and for a moment that cannot be; `UsageError` for a report that has not failed, or is for
    a test host, which counts as nothing.
    """
    check_reason(reason)
    check_receipt(receipt)
    report, now = locked(tx, report_id), see(tx, clock)
    if report.state is not ReportState.FAILED or report.is_test:
        what = "for a test host" if report.is_test else report.state.value
        raise UsageError(f"Report {report_id} is {what}: nobody has to learn what became of it. Nothing was changed.")
    filed_at = filed_at or now
    if filed_at.utcoffset() is None or not report.drafted_at <= filed_at <= now:
        raise InvalidValue(f"Report {report_id} was filed after it was drafted, and before now. Nothing was changed.")
    for each in attempt_rows.of_report(tx, report_id, UNSETTLED):
        attempt_rows.put(tx, each.id, now, AttemptState.SET_ASIDE)
    _move(tx, report, Move.LEARN, filed_at=filed_at, ended_at=now, receipt=receipt, failure="")
    _write(tx, clock, actor, "learn_receipt", report_id, reason=reason, details={"receipt": receipt})
    return locked(tx, report_id)


def erase_ended(tx: Tx, clock: Clock, actor: Actor, *, before: datetime) -> int:
    """Erase what reports that ended before a moment said, and by whom; return how many those are.

    Numbers, times, destinations, receipts and digests stay.
    """
    count = report_rows.erase_ended(tx, before)
    if count:
        details: Details = {"reports": count}
        log.write(tx, clock=clock, actor=actor, verb="erase_ended_reports", target="report:all", details=details)
    return count


def locked(tx: Tx, report_id: int) -> Report:
    """Return a report, which nobody else changes until the transaction ends. Raises `NotFound`, `InvalidValue`."""
    check_report_id(report_id)
    found = report_rows.lock(tx, report_id)
    if found is None:
        raise missing_report(report_id)
    return found


def _unsettled(tx: Tx, report_id: int) -> bool:
    """Whether something of a report may be open or finished at its authority, as a restored backup leaves it."""
    return bool(attempt_rows.of_report(tx, report_id, UNSETTLED))


def _move(tx: Tx, report: Report, move: Move, **values: Any) -> None:
    report_rows.put(tx, report.id, state=state_after(move, report).value, **values)


def _write(
    tx: Tx, clock: Clock, actor: Actor, verb: str, report_id: int, *, reason: str = "", details: Details | None = None
) -> None:
    target = report_target(report_id)
    log.write(tx, clock=clock, actor=actor, verb=verb, target=target, reason=reason, details=details or {})
