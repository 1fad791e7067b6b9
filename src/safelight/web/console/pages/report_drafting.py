"""Drafting: a report of a decided case, to a destination that is chosen, and one that adds to an earlier one."""

from typing import Any

from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import InvalidValue, NotAllowed, NotFound, UsageError
from safelight.flow.reporting.drafting import draft_report
from safelight.flow.reporting.gathering import require_confirmed
from safelight.flow.reporting.routing import route_case
from safelight.reporting.queries import find_report, page_reports
from safelight.review.queries import find_case
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.report_view import MOST_OF_CASE
from safelight.web.console.visit import Visit


def add_report_drafting(door: Door) -> None:
    """Add the pages. What the case knows is put on the destination's form: each file's manifest is opened on record."""

    @door.page("GET", "/cases/{case:int}/report", Permission.REPORT_WRITE)
    def ask_draft(visit: Visit) -> Response:
        return visit.see("report_draft.html", **_facts(visit))

    @door.page("POST", "/cases/{case:int}/report", Permission.REPORT_WRITE)
    def draft(visit: Visit) -> Response:
        try:
            to, follows = visit.form.text("destination"), _follows(visit)
            made = draft_report(visit.reports, _case(visit), to, follows_id=follows, once=visit.form.once())
        except (InvalidValue, NotAllowed, NotFound, UsageError) as error:
            return visit.see_fault("report_draft.html", "destination", error, **_facts(visit))
        return visit.go(f"/reports/{made.id}", "reports.drafted")

    @door.page("GET", "/reports/{report:int}/follow-up", Permission.REPORT_WRITE)
    def ask_follow_up(visit: Visit) -> Response:
        with read(visit.engine) as tx:
            earlier = find_report(tx, visit.request.path_params["report"])
        return visit.go(f"/cases/{earlier.case_id}/report", follows=str(earlier.id), to=earlier.destination)


def reports_of(visit: Visit, case_id: int) -> dict[str, Any]:
    """Return the reports of a case, and whether one can be drafted: it is decided, and something in it confirmed."""
    if Permission.REPORT_READ not in visit.actor.permissions:
        return {"reports": (), "can_report": False}
    with read(visit.engine) as tx:
        reports = page_reports(tx, case_id=case_id, limit=MOST_OF_CASE)
        try:
            require_confirmed(tx, case_id)
        except UsageError:
            return {"reports": reports, "can_report": False}
    return {"reports": reports, "can_report": True}


def _facts(visit: Visit) -> dict[str, Any]:
    with read(visit.engine) as tx:
        case = find_case(tx, _case(visit))
        earlier = page_reports(tx, case_id=case.id, limit=MOST_OF_CASE)
    asked, routed = visit.request.query_params, _routed(visit, case.id)
    return {
        "routed": routed,
        "case": case,
        "earlier": earlier,
        "destinations": visit.console.destinations(),
        "to": visit.form.text("destination") or asked.get("to", routed),
        "follows": visit.form.text("follows") or asked.get("follows", ""),
    }


def _routed(visit: Visit, case_id: int) -> str:
    """Return the destination that the routing table chooses for a case, as the settings tell of the service; or ""."""
    told = visit.console.settings
    law, service = told.report_jurisdiction, told.report_service
    try:
        return route_case(visit.reports, case_id, jurisdiction=law, service=service).destination
    except (NotFound, UsageError):
        return ""


def _follows(visit: Visit) -> int | None:
    given = visit.form.numbers("follows") if visit.form.text("follows") else []
    return given[0] if given else None


def _case(visit: Visit) -> int:
    return int(visit.request.path_params["case"])
