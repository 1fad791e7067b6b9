"""What somebody may do about a report at this moment, and what they may not, and why."""

from dataclasses import dataclass

from safelight.access.names import name_key
from safelight.reporting.report import ENDED, MOVES, Move, Report, ReportState
from safelight.roles import Permission
from safelight.web.console.report_view import ReportView
from safelight.web.console.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """What is open to whoever looks. `must_be_another`: it waits for another person's approval than theirs.

    `is_alone`: they approve what they completed themselves, for single-person mode is on.
    """

    may_edit: bool
    may_complete: bool
    may_approve: bool
    must_be_another: bool
    is_alone: bool
    may_return: bool
    may_withdraw: bool
    may_hand_over: bool
    may_learn: bool
    may_retry: bool
    may_follow: bool


def acts_on(visit: Visit, view: ReportView) -> Acts:
    """Return what whoever is here may do about a report."""
    report, desk, may = view.report, visit.reports, visit.actor.permissions
    writes, approves = Permission.REPORT_WRITE in may, Permission.REPORT_APPROVE in may
    can_write = writes and not view.is_erased and view.destination is not None
    is_due = approves and report.state is ReportState.APPROVAL_DUE
    is_own = bool(report.completed_by) and name_key(report.completed_by) == name_key(visit.actor.name)
    is_kept_out = is_own and desk.needs_another and not desk.is_alone
    return Acts(
        may_edit=can_write and _allows(Move.EDIT, report),
        may_complete=can_write and _allows(Move.COMPLETE, report),
        may_approve=is_due and not is_kept_out,
        must_be_another=is_due and is_kept_out,
        is_alone=is_due and is_own and desk.needs_another and desk.is_alone,
        may_return=is_due,
        may_withdraw=approves and _allows(Move.WITHDRAW, report) and not report.withdrawal,
        may_hand_over=approves and report.state is ReportState.HAND_OVER_DUE,
        may_learn=approves and _allows(Move.LEARN, report) and not report.is_test,
        may_retry=approves and (_allows(Move.RETRY, report) or _is_parked(report)),
        may_follow=writes and report.state in ENDED,
    )


def _is_parked(report: Report) -> bool:
    """Say whether a report that is on its way waits for a person."""
    return report.state is ReportState.FILING and bool(report.failure)


def _allows(move: Move, report: Report) -> bool:
    return report.state in MOVES[move]
