"""Cases: the list of them, and one with its facts. Nothing of media is on either."""

from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import UsageError
from safelight.flow.review.viewing import levels_shown
from safelight.review.case import CaseState
from safelight.review.queries import page_cases
from safelight.roles import Permission
from safelight.web.console.case_view import read_case
from safelight.web.console.door import Door
from safelight.web.console.pages.day import pause_now
from safelight.web.console.pages.report_drafting import reports_of
from safelight.web.console.paging import ROWS, list_page, read_after
from safelight.web.console.visit import Visit


def add_cases(door: Door) -> None:
    """Add the pages."""

    @door.page("GET", "/cases", Permission.CASE_READ)
    def list_cases(visit: Visit) -> Response:
        state, after = _state(visit), read_after(visit.request)
        subject = visit.request.query_params.get("subject", "").strip()
        with read(visit.engine) as tx:
            found = page_cases(tx, state=state, subject_id=subject or None, after_id=after, limit=ROWS + 1)
        listing = list_page(visit.request, found, number_of=lambda case: case.id)
        return visit.see("cases.html", listing=listing, state=state, states=list(CaseState), subject=subject)

    @door.page("GET", "/cases/{case:int}", Permission.CASE_READ)
    def show_case(visit: Visit) -> Response:
        return see_case(visit)


def see_case(visit: Visit, *, status: int = 200) -> Response:
    """Answer with the page of the case that the address names."""
    case_id, after = visit.request.path_params["case"], read_after(visit.request)
    with read(visit.engine) as tx:
        view = read_case(tx, visit.review, case_id, after=after)
    shown = levels_shown(visit.review, case_id)
    listing = list_page(visit.request, view.items, number_of=lambda item: item.id)
    told = {"view": view, "listing": listing, "shown": shown, "pause": pause_now(visit), **reports_of(visit, case_id)}
    return visit.see("case.html", status=status, **told)


def _state(visit: Visit) -> CaseState | None:
    asked = visit.request.query_params.get("state", "")
    if not asked:
        return None
    try:
        return CaseState(asked)
    except ValueError:
        raise UsageError(f"A case's state is one of {', '.join(CaseState)}.") from None
