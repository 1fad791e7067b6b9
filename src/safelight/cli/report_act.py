"""`safelight report approve | submit | return | withdraw | retry | hand-over | receipt`: letting a report go or not."""

from datetime import datetime
from typing import Annotated

from cyclopts import Parameter

from safelight.cli.moments import in_utc
from safelight.cli.options import Workspace
from safelight.cli.report_words import Was
from safelight.cli.voice import Voice
from safelight.cli.workspace import open_named
from safelight.flow.reporting import drafting
from safelight.flow.reporting.submitting import submit_report
from safelight.reporting.report import ReportState

Reason = Annotated[str, Parameter(help="Why; kept in the audit log. It has to be said.")]


def approve(report: int, /, *, was: Was = None, workspace: Workspace = None) -> int:
    """Let a report go to its authority: a worker files it. What was approved is told by its digest."""
    digest = drafting.approve_report(open_named(workspace).report_desk(), report, was=was)
    Voice().say(_gone(report))
    Voice().say(_approved(digest))
    return 0


def submit(report: int, /, *, was: Was = None, workspace: Workspace = None) -> int:
    """Complete and approve a report, where one person may do both; else it waits, and it is said for whom.

    Exit status: 0, or 77 where another person has to approve it.
    """
    digest = submit_report(open_named(workspace).report_desk(), report, was=was)
    Voice().say(_gone(report))
    Voice().say(_approved(digest))
    return 0


def return_(report: int, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Give a report that waits for approval back, to be written anew."""
    drafting.return_report(open_named(workspace).report_desk(), report, reason=reason)
    Voice().say(f"Report {report} is a draft again.")
    return 0


def withdraw(report: int, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Give a report up that is not filed. One that is on its way is retracted at its authority by a worker."""
    if drafting.withdraw_report(open_named(workspace).report_desk(), report, reason=reason) is ReportState.WITHDRAWN:
        Voice().say(f"Report {report} is withdrawn.")
    else:
        Voice().say(f"Report {report} is on its way: a worker retracts it, unless the authority has it already.")
    return 0


def retry(report: int, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Let a report that failed go again as it was approved, where nothing was wrong with what it says."""
    drafting.retry_report(open_named(workspace).report_desk(), report, reason=reason)
    Voice().say(_gone(report))
    return 0


def hand_over(
    report: int,
    /,
    *,
    receipt: Annotated[str, Parameter(help="The authority's reference for it.")] = "",
    reason: Annotated[str, Parameter(help="How and to whom it was handed over; kept in the audit log.")] = "",
    workspace: Workspace = None,
) -> int:
    """Say that a report that was made was handed over: from now on it is filed."""
    desk = open_named(workspace).report_desk()
    done = drafting.hand_over_report(desk, report, receipt=receipt, reason=reason)
    Voice().say(f"Report {report} is filed, under {done.receipt}. Its evidence is held from now on.")
    return 0


def receipt(
    report: int,
    /,
    *,
    receipt: Annotated[str, Parameter(help="The authority's reference for it.")] = "",
    reason: Annotated[str, Parameter(help="Who said so, and how; kept in the audit log.")] = "",
    filed_at: Annotated[datetime | None, Parameter(help="When that was, as they say; now unless given.")] = None,
    workspace: Workspace = None,
) -> int:
    """Say that the authority has a report that failed here, as one that came back with a backup: it is filed then."""
    desk, at = open_named(workspace).report_desk(), in_utc(filed_at)
    done = drafting.learn_receipt(desk, report, receipt=receipt, reason=reason, filed_at=at)
    Voice().say(f"Report {report} is filed, under {done.receipt}. Its evidence is held from now on.")
    return 0


def _gone(report_id: int) -> str:
    return f"Report {report_id} is approved: a worker files it. Where it stands: safelight report show {report_id}"


def _approved(digest: str) -> str:
    return f"What was approved is content {digest}."
