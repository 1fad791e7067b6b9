"""Claims: a case is somebody's for a time, that is renewed, or given back."""

from starlette.responses import Response

from safelight.flow.review.claiming import claim_case, release_claim, renew_claim
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.visit import Visit


def add_claims(door: Door) -> None:
    """Add the pages."""

    @door.page("POST", "/cases/{case:int}/claim", Permission.CASE_DECIDE)
    def claim(visit: Visit) -> Response:
        standing = claim_case(visit.review, visit.request.path_params["case"])
        return visit.go(visit.next_path(f"/cases/{standing.case_id}"), "queue.taken")

    @door.page("POST", "/cases/{case:int}/renew", Permission.CASE_DECIDE)
    def renew(visit: Visit) -> Response:
        case_id = visit.request.path_params["case"]
        is_mine = renew_claim(visit.review, case_id)
        return visit.go(f"/cases/{case_id}", "cases.renewed" if is_mine else "cases.not_yours")

    @door.page("POST", "/cases/{case:int}/release", Permission.CASE_DECIDE)
    def release(visit: Visit) -> Response:
        release_claim(visit.review, visit.request.path_params["case"])
        return visit.go("/queue", "cases.released")
