"""Deciding on a case: the form, the draft of it, what two people found before, and the reasons of what was decided."""

from typing import Any

from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import ClaimLost, ExposureRefused, InvalidValue, NotAllowed, UsageError
from safelight.flow.review.deciding import decide, decide_by_memory
from safelight.flow.review.texts import read_draft, read_reasons, save_draft
from safelight.review.case import CaseState
from safelight.review.decided import Decided
from safelight.review.decision_queries import find_items
from safelight.review.second_reading import SecondReason
from safelight.roles import Permission
from safelight.web.console.case_view import read_case
from safelight.web.console.door import Door
from safelight.web.console.pages.cases import see_case
from safelight.web.console.paging import ROWS
from safelight.web.console.ruling_form import Offers, read_ruling
from safelight.web.console.visit import Visit
from safelight.web.refusal import status_of

_WHY_SECOND = {
    SecondReason.CONTRADICTS_TWO: "deciding.second_contradicts",
    SecondReason.CLEARS_VERIFIED: "deciding.second_clears",
    SecondReason.FAR_NEAR_MATCH: "deciding.second_far",
    SecondReason.SAMPLED: "deciding.second_sampled",
}
"""What is told of why another person decides too; of several reasons the first of these."""


def add_deciding(door: Door) -> None:
    """Add the pages."""

    @door.page("GET", "/cases/{case:int}/decide", Permission.CASE_DECIDE)
    def show_form(visit: Visit) -> Response:
        return _see(visit, draft=read_draft(visit.review, _case(visit)))

    @door.page("POST", "/cases/{case:int}/decide", Permission.CASE_DECIDE)
    def decide_case(visit: Visit) -> Response:
        try:
            done = decide(visit.review, _case(visit), read_ruling(visit.form), item_ids=_chosen(visit))
        except (ClaimLost, ExposureRefused, NotAllowed) as error:  # before what they are kinds of: no word is lost
            save_draft(visit.review, _case(visit), visit.form.text("reasons"))
            return _see_fault(visit, error)
        except (InvalidValue, UsageError) as error:
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
        items, reasons = visit.form.numbers("item"), visit.form.text("reasons")
        try:
            done = decide_by_memory(visit.review, _case(visit), item_ids=items, reasons=reasons)
        except (InvalidValue, UsageError) as error:
            return see_case(visit.with_form(visit.form.with_fault("reasons", error)), status=status_of(error))
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
            return next((told for why, told in _WHY_SECOND.items() if why in done.why_second), "deciding.second")
        case CaseState.LEAD_DUE:
            return "deciding.lead"
        case CaseState.CLOSED:
            return "deciding.closed"
        case _:
            return "deciding.settled"


def _see(visit: Visit, *, draft: str = "") -> Response:
    return visit.see("decide.html", **_facts(visit), draft=draft)


def _see_fault(visit: Visit, error: InvalidValue | UsageError | ExposureRefused | ClaimLost | NotAllowed) -> Response:
    return visit.see_fault("decide.html", "reasons", error, **_facts(visit), draft="")


def _facts(visit: Visit) -> dict[str, Any]:
    """Return what the form is made of. `items` are what is due, as many as a page has: the form names each of them."""
    with read(visit.engine) as tx:
        view = read_case(tx, visit.review, _case(visit))
        items = find_items(tx, sorted(view.due)[:ROWS])
    return {"view": view, "items": items, "offers": Offers()}


def _chosen(visit: Visit) -> list[int] | None:
    """Return what the decision is on: what was chosen of what stood on the page, and nothing that came since.

    None where the request names nothing: all that is due. Raises `InvalidValue` where nothing of several was chosen.
    """
    chosen = visit.form.numbers("item")
    if not chosen and visit.form.text("several"):
        raise InvalidValue("Choose what the decision is on. Nothing was decided.")
    return chosen or None


def _case(visit: Visit) -> int:
    return int(visit.request.path_params["case"])
