"""Reports: the list of them, and one with all of its life: what it lacks, where it stands, what came of it."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import UsageError
from safelight.flow.reporting.deadlines import loudest
from safelight.reporting.queries import page_reports
from safelight.reporting.report import ReportState
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.pages.report_outcomes import MOST_AFTER, read_after_report
from safelight.web.console.paging import ROWS, list_page, read_after
from safelight.web.console.report_acts import acts_on
from safelight.web.console.report_places import Places
from safelight.web.console.report_view import read_live, read_view
from safelight.web.console.visit import Visit

_MOST_LOUD, _EVERY = 20, 10_000


def add_reports(door: Door) -> None:
    """Add the pages."""

    @door.page("GET", "/reports", Permission.REPORT_READ)
    def list_reports(visit: Visit) -> Response:
        state, after, names = _state(visit), read_after(visit.request), visit.console.destinations()
        to = visit.request.query_params.get("destination", "").strip()
        with read(visit.engine) as tx:
            found = page_reports(tx, state=state, destination=to or None, after_id=after, limit=ROWS + 1)
            is_whole = not (after or state or to)
            loud = loudest(tx, visit.clock, visit.console.deadlines, limit=_EVERY) if is_whole else []
        listing = list_page(visit.request, found, number_of=lambda report: report.id)
        names = _with(names, to, [each.destination for each in listing.rows])
        told: dict[str, Any] = {"listing": listing, "to": to, "destinations": names, "state": state}
        shown = _MOST_LOUD if visit.request.query_params.get("due") != "all" else _EVERY
        told |= {"first": loud[:shown], "loud_count": len(loud)}
        return visit.see("reports.html", **told, states=list(ReportState))

    @door.page("GET", "/reports/{report:int}", Permission.REPORT_READ)
    def show_report(visit: Visit) -> Response:
        return see_report(visit)

    @door.page("GET", "/reports/{report:int}/live", Permission.REPORT_READ)
    def show_report_live(visit: Visit) -> Response:
        return visit.see("report_live.html", live=read_live(visit.reports, visit.request.path_params["report"]))


def see_report(visit: Visit, *, status: int = 200) -> Response:
    """Answer with the page of the report that the address names."""
    view = read_view(visit.reports, visit.request.path_params["report"], after=read_after(visit.request))
    told = {"acts": acts_on(visit, view), "places": Places.of(view), "after": read_after_report(visit, view.report)}
    told["most_after"] = MOST_AFTER
    return visit.see("report.html", status=status, view=view, live=view.live, **told)


def _with(names: Sequence[str], *more: str | Sequence[str]) -> list[str]:
    """Return the names of destinations, with those that reports went to and that are not there any more."""
    every = {*names}
    for each in more:
        every |= {each} if isinstance(each, str) else {*each}
    return sorted(every - {""})


def _state(visit: Visit) -> ReportState | None:
    asked = visit.request.query_params.get("state", "")
    if not asked:
        return None
    try:
        return ReportState(asked)
    except ValueError:
        raise UsageError(f"A report's state is one of {', '.join(ReportState)}.") from None
