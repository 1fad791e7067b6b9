"""What is done about a report as a whole: completing, approving, giving back, withdrawing, handing over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from safelight.errors import InvalidValue, NotAllowed, NotFound, UsageError
from safelight.flow.reporting import drafting
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.moments import read_moment
from safelight.web.console.pages.report_preview import Sheets, sheets_of
from safelight.web.console.report_acts import acts_on
from safelight.web.console.report_places import Places
from safelight.web.console.report_view import ReportView, read_view
from safelight.web.console.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act: what it takes, what does it, what is told then. `is_fresh`: something leaves the house by it.

    `is_read`: what it is done to is on its page, whole, and it is done to no other content than that.
    """

    permission: Permission
    do: Callable[[Visit, int], object]
    done: str
    is_fresh: bool = True
    is_read: bool = False


def add_report_acts(door: Door) -> None:
    """Add the pages: for each act one that asks, and one that does it."""
    for name, act in _ACTS.items():
        _add(door, name, act)


def _add(door: Door, name: str, act: Act) -> None:
    path = f"/reports/{{report:int}}/{name}"

    @door.page("GET", path, act.permission, is_fresh=act.is_fresh)
    def ask(visit: Visit) -> Response:
        view = read_view(visit.reports, _report(visit))
        return visit.see("report_act.html", **_facts(visit, view, name))

    @door.page("POST", path, act.permission, is_fresh=act.is_fresh)
    def do(visit: Visit) -> Response:
        try:
            act.do(visit, _report(visit))
        except (InvalidValue, NotAllowed, NotFound, UsageError) as error:
            view = read_view(visit.reports, _report(visit))
            return visit.see_fault("report_act.html", "act", error, **_facts(visit, view, name))
        return visit.go(f"/reports/{_report(visit)}", act.done)


def _complete(visit: Visit, report_id: int) -> None:
    drafting.complete_report(visit.reports, report_id, was=visit.form.text("was"))


def _approve(visit: Visit, report_id: int) -> None:
    drafting.approve_report(visit.reports, report_id, was=visit.form.text("was"))


def _return(visit: Visit, report_id: int) -> None:
    drafting.return_report(visit.reports, report_id, reason=visit.form.text("reason"))


def _withdraw(visit: Visit, report_id: int) -> None:
    drafting.withdraw_report(visit.reports, report_id, reason=visit.form.text("reason"))


def _retry(visit: Visit, report_id: int) -> None:
    drafting.retry_report(visit.reports, report_id, reason=visit.form.text("reason"))


def _hand_over(visit: Visit, report_id: int) -> None:
    receipt, reason = visit.form.text("receipt"), visit.form.text("reason")
    drafting.hand_over_report(visit.reports, report_id, receipt=receipt, reason=reason)


def _learn(visit: Visit, report_id: int) -> None:
    receipt, reason, at = visit.form.text("receipt"), visit.form.text("reason"), visit.form.text("filed_at")
    drafting.learn_receipt(visit.reports, report_id, receipt=receipt, reason=reason, filed_at=read_moment(at))


_ACTS: Mapping[str, Act] = {
    "complete": Act(
        permission=Permission.REPORT_WRITE, do=_complete, done="reports.complete", is_fresh=False, is_read=True
    ),
    "approve": Act(permission=Permission.REPORT_APPROVE, do=_approve, done="reports.approve", is_read=True),
    "return": Act(permission=Permission.REPORT_APPROVE, do=_return, done="reports.return", is_fresh=False),
    "withdraw": Act(permission=Permission.REPORT_APPROVE, do=_withdraw, done="reports.withdraw"),
    "retry": Act(permission=Permission.REPORT_APPROVE, do=_retry, done="reports.retry"),
    "hand-over": Act(permission=Permission.REPORT_APPROVE, do=_hand_over, done="reports.hand_over"),
    "receipt": Act(permission=Permission.REPORT_APPROVE, do=_learn, done="reports.hand_over"),
}
"""What is done, by the last part of its address."""


def _facts(visit: Visit, view: ReportView, name: str) -> dict[str, Any]:
    act = name.replace("-", "_")
    facts = {"view": view, "act": act, "name": name, "acts": acts_on(visit, view), "places": Places.of(view)}
    return {**facts, "read": _sheets(visit, view) if _ACTS[name].is_read else None}


def _sheets(visit: Visit, view: ReportView) -> Sheets | None:
    """Return what the report says, to be read; None where it cannot be shown: then the act is done to nothing."""
    try:
        return None if view.paper is None else sheets_of(visit, view.paper)
    except UsageError:
        return None


def _report(visit: Visit) -> int:
    return int(visit.request.path_params["report"])
