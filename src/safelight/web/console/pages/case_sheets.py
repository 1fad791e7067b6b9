"""The case sheet: the facts of a case to be printed, without a picture and without what people wrote."""

from starlette.responses import Response

from safelight.flow.review.sheet import write_sheet
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.visit import Visit


def add_case_sheets(door: Door) -> None:
    """Add the page. Whoever opens it is in the audit log: a sheet leaves the console once it is printed."""

    @door.page("GET", "/cases/{case:int}/sheet", Permission.CASE_READ)
    def show_sheet(visit: Visit) -> Response:
        return visit.see("case_sheet.html", sheet=write_sheet(visit.review, visit.request.path_params["case"]))
