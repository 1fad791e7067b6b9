"""A group of likes, over cases: one look at one of them can be enough, and one decision be on all."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import ClaimLost, ExposureRefused, InvalidValue, NotFound, UsageError
from safelight.flow.review.deciding import decide_group
from safelight.review.case import Item
from safelight.review.decision_queries import items_of_group
from safelight.review.queue_queries import find_standing
from safelight.review.standing import Standing
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.paging import ROWS, Listing, list_page, read_after
from safelight.web.console.ruling_form import Offers, chosen_items, read_ruling
from safelight.web.console.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A page of a group of likes. `taken` are cases that others have now, `open_to` those that can be decided on."""

    id: int
    listing: Listing[Item]
    standings: Mapping[int, Standing]
    taken: frozenset[int]
    open_to: frozenset[int]


def add_groups(door: Door) -> None:
    """Add the pages."""

    @door.page("GET", "/groups/{group:int}", Permission.CASE_DECIDE)
    def show_group(visit: Visit) -> Response:
        return visit.see("group.html", group=_read(visit), draft="", offers=Offers())

    @door.page("POST", "/groups/{group:int}", Permission.CASE_DECIDE)
    def decide_on_group(visit: Visit) -> Response:
        group = _read(visit)
        try:
            chosen = _chosen(visit, group)
            done = decide_group(visit.review, read_ruling(visit.form), item_ids=chosen)
        except (InvalidValue, UsageError, ExposureRefused, ClaimLost) as error:
            return visit.see_fault("group.html", "reasons", error, group=group, draft="", offers=Offers())
        return visit.go(f"/cases/{done[0].case.id}", "groups.decided")


def _read(visit: Visit) -> GroupView:
    number, now = visit.request.path_params["group"], visit.clock.now()
    with read(visit.engine) as tx:
        items = items_of_group(tx, number, after_id=read_after(visit.request), limit=ROWS + 1)
        standings = {item.case_id: find_standing(tx, item.case_id) for item in items}
    if not items:
        raise NotFound(f"There is no group {number}, or nothing of it is in a case that has not ended.")
    taken = {
        case_id
        for case_id, each in standings.items()
        if each.claim is not None and each.claim.is_live(now) and not each.claim.is_of(visit.actor)
    }
    waiting = {case_id for case_id, each in standings.items() if each.seat is not None}
    return GroupView(
        id=number,
        listing=list_page(visit.request, items, number_of=lambda item: item.id),
        standings=standings,
        taken=frozenset(taken),
        open_to=frozenset(waiting - taken),
    )


def _chosen(visit: Visit, group: GroupView) -> list[int]:
    """Return the items that were chosen, all of this page of the group. Raises `InvalidValue`."""
    chosen = chosen_items(visit.form)
    if not chosen:
        raise InvalidValue("Choose what the decision is on. Nothing was decided.")
    if not set(chosen) <= {item.id for item in group.listing.rows}:
        raise InvalidValue("Something that was chosen is not of this group any more. Load the page again.")
    return chosen
