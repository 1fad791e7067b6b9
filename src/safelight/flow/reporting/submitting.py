"""Submitting: completing and approving in one act, where one person may do both."""

from safelight.database.transaction import read
from safelight.errors import NotAllowed
from safelight.flow.reporting.desk import ReportDesk
from safelight.flow.reporting.drafting import approve_report, complete_report
from safelight.flow.reporting.standing import find_standing
from safelight.reporting import queries
from safelight.reporting.report import ReportState

_MOST_NAMES = 10


def submit_report(desk: ReportDesk, report_id: int, *, was: str | None = None) -> str:
    """Complete a draft and let it go to its authority; return the digest of what it says. What waits is let go.

    What is completed here is what is let go; `was` is the digest of what was read, as `approve_report` has it. Where
    another person has to approve it, it waits for them, and `NotAllowed` says who may. Else raises as `complete_report`
    and `approve_report` do.
    """
    with read(desk.engine) as tx:
        report = queries.find_report(tx, report_id)
    if report.state is ReportState.DRAFT:
        was = complete_report(desk, report_id, was=was)
        if desk.needs_another and not desk.is_alone:
            raise NotAllowed(f"Report {report_id} is complete, and nothing was sent. {_who(desk, report_id)}")
    return approve_report(desk, report_id, was=was)


def _who(desk: ReportDesk, report_id: int) -> str:
    names = sorted(find_standing(desk, report_id).approvers)
    if not names:
        return (
            "Another person approves it, and nobody else has the permission report:approve: give it to somebody "
            "(safelight person add), or see the setting report_approval_by_another."
        )
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"It waits for the approval of another person: {', '.join(names[:_MOST_NAMES])}{more}."
