"""A group of likes, over cases: one look at one of them can be enough, and one decision be on all."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import ClaimLost, ExposureRefused, InvalidValue, NotAllowed, NotFound, UsageError
from safelight.flow.review.deciding import decide_group
from safelight.review.case import Item
from safelight.review.decision_queries import items_of_group
from safelight.roles import Permission
from safelight.web.console.case_view import CaseView, read_case
from safelight.web.console.door import Door
from safelight.web.console.paging import ROWS, Listing, list_page, read_after
from safelight.web.console.ruling_form import Offers, read_ruling
from safelight.web.console.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A page of a group of likes, with the cases that they are in, by their numbers."""

    id: int
    listing: Listing[Item]
    cases: Mapping[int, CaseView]

    @property
    def open_items(self) -> frozenset[int]:
        """The numbers of what can be decided on here: it is due, it is one's turn, and nobody else has its case."""
        return frozenset(item.id for item in self.listing.rows if _is_open(self.cases[item.case_id], item))


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
        except (InvalidValue, UsageError, ExposureRefused, ClaimLost, NotAllowed) as error:
            return visit.see_fault("group.html", "reasons", error, group=group, draft="", offers=Offers())
        return visit.go(f"/cases/{done[0].case.id}", "groups.decided")


def _read(visit: Visit) -> GroupView:
    number, after = visit.request.path_params["group"], read_after(visit.request)
    with read(visit.engine) as tx:
        items = items_of_group(tx, number, after_id=after, limit=ROWS + 1)
        listing = list_page(visit.request, items, number_of=lambda item: item.id)
        cases = {case_id: read_case(tx, visit.review, case_id) for case_id in {each.case_id for each in listing.rows}}
    if not items:
        raise NotFound(f"There is no group {number}, or nothing of it is in a case that has not ended.")
    return GroupView(id=number, listing=listing, cases=cases)


def _is_open(case: CaseView, item: Item) -> bool:
    return case.is_turn and case.claimed_until is None and item.id in case.due


def _chosen(visit: Visit, group: GroupView) -> list[int]:
    """Return the items that were chosen, all of this page of the group. Raises `InvalidValue`."""
    chosen = visit.form.numbers("item")
    if not chosen:
        raise InvalidValue("Choose what the decision is on. Nothing was decided.")
    if not set(chosen) <= {item.id for item in group.listing.rows}:
        raise InvalidValue("Something that was chosen is not of this group any more. Load the page again.")
    return chosen
