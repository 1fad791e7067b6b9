"""The queue: what waits for whoever is here, why in this order, and taking the next."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import InvalidValue
from safelight.flow.review.claiming import claim_next
from safelight.flow.review.working import page_waiting
from safelight.review.category import read_category
from safelight.review.flag import Category
from safelight.review.queue_queries import Cursor, Queued, claims_of, explain_standing
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.pages.day import pause_now
from safelight.web.console.paging import ROWS, Listing
from safelight.web.console.visit import Visit

_BEYOND = 2**63
"""What no database counts to."""

_LEFT_OUT = tuple(each for each in Category if each not in {Category.OTHER, Category.UNKNOWN})
"""The categories that the page offers to leave out for now; labels of lists are left out for good, under My dose."""


def add_queue(door: Door) -> None:
    """Add the pages."""

    @door.page("GET", "/queue", Permission.CASE_DECIDE)
    def show_queue(visit: Visit) -> Response:
        after, without = _after(visit), _without(visit.request.query_params.getlist("without"))
        found = page_waiting(visit.review, without=without, after=after, limit=ROWS + 1)
        now = visit.clock.now()
        with read(visit.engine) as tx:
            mine = [explain_standing(each, now) for each in claims_of(tx, visit.actor, now)]
        yours = {each.standing.case_id for each in mine}
        rows = [each for each in found[:ROWS] if each.standing.case_id not in yours]
        listing = Listing(rows=rows, next=_next(found, without), first=_address(without) if after else None)
        left_out = {"without": without, "categories": _LEFT_OUT}
        return visit.see("queue.html", listing=listing, mine=mine, pause=pause_now(visit), left_out=left_out)

    @door.page("POST", "/queue/next", Permission.CASE_DECIDE)
    def take_next(visit: Visit) -> Response:
        without = _without(visit.form.texts("without"))
        standing = claim_next(visit.review, without=without)
        if standing is None:
            return visit.go(_address(without), "queue.nothing")
        return visit.go(f"/cases/{standing.case_id}", "queue.taken")


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


def _without(given: Iterable[str]) -> tuple[str, ...]:
    """Return the categories to leave out for now, as they are kept. Raises `InvalidValue` for what is none."""
    return tuple(sorted({read_category(each) for each in given if each.strip()}))


def _next(found: list[Queued], without: Sequence[str]) -> str | None:
    if len(found) <= ROWS:
        return None
    last = found[ROWS - 1].standing
    return _address(without, after=f"{last.place}.{last.case_id}")


def _address(without: Sequence[str], **more: str) -> str:
    query = urlencode([("without", each) for each in without] + list(more.items()))
    return f"/queue?{query}" if query else "/queue"
