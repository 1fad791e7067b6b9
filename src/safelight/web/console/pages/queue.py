"""The queue: what waits for whoever is here, why in this order, and taking the next."""

from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import InvalidValue
from safelight.flow.review.claiming import claim_next
from safelight.flow.review.showing import may_work
from safelight.flow.review.working import page_waiting
from safelight.review.exposure.guard import Refused
from safelight.review.queue_queries import Cursor, Queued, claims_of, explain_standing
from safelight.roles import ActorKind, Permission
from safelight.web.console.door import Door
from safelight.web.console.paging import ROWS, Listing
from safelight.web.console.visit import Visit

_BEYOND = 2**63
"""What no database counts to."""


def add_queue(door: Door) -> None:
    """Add the pages."""

    @door.page("GET", "/queue", Permission.CASE_DECIDE)
    def show_queue(visit: Visit) -> Response:
        after = _after(visit)
        found = page_waiting(visit.review, after=after, limit=ROWS + 1)
        now = visit.clock.now()
        with read(visit.engine) as tx:
            mine = [explain_standing(each, now) for each in claims_of(tx, visit.actor, now)]
        yours = {each.standing.case_id for each in mine}
        rows = [each for each in found[:ROWS] if each.standing.case_id not in yours]
        listing = Listing(rows=rows, next=_next(found), first="/queue" if after else None)
        return visit.see("queue.html", listing=listing, mine=mine, pause=pause_now(visit))

    @door.page("POST", "/queue/next", Permission.CASE_DECIDE)
    def take_next(visit: Visit) -> Response:
        standing = claim_next(visit.review)
        if standing is None:
            return visit.go("/queue", "queue.nothing")
        return visit.go(f"/cases/{standing.case_id}", "queue.taken")


def pause_now(visit: Visit) -> Refused | None:
    """Return why the queue of whoever is here pauses; None where it goes on, or nobody counts their dose."""
    if visit.actor.kind is not ActorKind.PERSON or Permission.EVIDENCE_REVIEW not in visit.actor.permissions:
        return None
    standing = may_work(visit.engine, visit.clock, visit.actor, visit.review.limits)
    return standing if isinstance(standing, Refused) else None


def _after(visit: Visit) -> Cursor | None:
    given = visit.request.query_params.get("after", "")
    if not given:
        return None
    place, _, case_id = given.partition(".")
    try:
        cursor = int(place), int(case_id)
    except ValueError:
        cursor = _BEYOND, _BEYOND
    if any(abs(each) >= _BEYOND for each in cursor):
        raise InvalidValue("There is no such page of the queue. Begin with the first one.")
    return cursor


def _next(found: list[Queued]) -> str | None:
    if len(found) <= ROWS:
        return None
    last = found[ROWS - 1].standing
    return f"/queue?after={last.place}.{last.case_id}"
