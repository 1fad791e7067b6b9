"""Deciding on a case: the form, the draft of it, what two people found before, and the reasons of what was decided."""

from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import ClaimLost, ExposureRefused, InvalidValue, UsageError
from safelight.flow.review.deciding import decide, decide_by_memory
from safelight.flow.review.texts import read_draft, read_reasons, save_draft
from safelight.review.case import CaseState
from safelight.review.decided import Decided
from safelight.roles import Permission
from safelight.web.console.case_view import read_case
from safelight.web.console.door import Door
from safelight.web.console.ruling_form import Offers, chosen_items, read_ruling
from safelight.web.console.visit import Visit


def add_deciding(door: Door) -> None:
    """Add the pages."""

    @door.page("GET", "/cases/{case:int}/decide", Permission.CASE_DECIDE)
    def show_form(visit: Visit) -> Response:
        return _see(visit, draft=read_draft(visit.review, _case(visit)))

    @door.page("POST", "/cases/{case:int}/decide", Permission.CASE_DECIDE)
    def decide_case(visit: Visit) -> Response:
        try:
            items = chosen_items(visit.form)
            done = decide(visit.review, _case(visit), read_ruling(visit.form), item_ids=items or None)
        except ClaimLost as error:
            save_draft(visit.review, _case(visit), visit.form.text("reasons"))
            return _see_fault(visit, error)
        except (InvalidValue, UsageError, ExposureRefused) as error:
            return _see_fault(visit, error)
        return visit.go(f"/cases/{done.case.id}", what_follows(done))

    @door.page("POST", "/cases/{case:int}/draft", Permission.CASE_DECIDE)
    def keep_draft(visit: Visit) -> Response:
        is_mine = save_draft(visit.review, _case(visit), visit.form.text("reasons"))
        if visit.request.headers.get("accept") == "application/json":  # the script: nothing on the page changes
            return Response(status_code=204)
        done = "deciding.saved" if is_mine else "deciding.saved_not_yours"
        return visit.go(f"/cases/{_case(visit)}/decide", done)

    @door.page("POST", "/cases/{case:int}/memory", Permission.CASE_DECIDE)
    def take_over(visit: Visit) -> Response:
        items, reasons = chosen_items(visit.form), visit.form.text("reasons")
        done = decide_by_memory(visit.review, _case(visit), item_ids=items, reasons=reasons)
        return visit.go(f"/cases/{done.case.id}", what_follows(done))

    @door.page("GET", "/cases/{case:int}/decisions/{decision:int}", Permission.CASE_READ)
    def show_reasons(visit: Visit) -> Response:
        with read(visit.engine) as tx:
            view = read_case(tx, visit.review, _case(visit))
        number = visit.request.path_params["decision"]
        found = next((each for each in view.decisions if each.id == number), None)
        reasons = read_reasons(visit.review, number) if found is not None and found.reasons_id else None
        return visit.see("decision.html", view=view, decision=found, reasons=reasons)


def what_follows(done: Decided) -> str:
    """Return the name of the text that says what a decision led to."""
    if done.due:
        return "deciding.more"
    match done.case.state:
        case CaseState.SECOND_DUE:
            return "deciding.second"
        case CaseState.LEAD_DUE:
            return "deciding.lead"
        case CaseState.CLOSED:
            return "deciding.closed"
        case _:
            return "deciding.settled"


def _see(visit: Visit, *, draft: str = "") -> Response:
    with read(visit.engine) as tx:
        view = read_case(tx, visit.review, _case(visit))
    return visit.see("decide.html", view=view, draft=draft, offers=Offers())


def _see_fault(visit: Visit, error: InvalidValue | UsageError | ExposureRefused | ClaimLost) -> Response:
    with read(visit.engine) as tx:
        view = read_case(tx, visit.review, _case(visit))
    return visit.see_fault("decide.html", "reasons", error, view=view, draft="", offers=Offers())


def _case(visit: Visit) -> int:
    return int(visit.request.path_params["case"])
