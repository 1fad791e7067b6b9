"""What the page of a case is made of, read at one moment. Nothing of it is a picture, and it keeps a reader blind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.database.transaction import Tx
from safelight.flow.review.desk import ReviewDesk
from safelight.review import decision_queries, queries
from safelight.review.case import Case, Item
from safelight.review.decision import Decision
from safelight.review.flag import Flag
from safelight.review.queue_queries import Queued, explain_standing, find_standing
from safelight.review.reader import has_read_before, needed_for
from safelight.review.standing import Standing
from safelight.web.console.paging import ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case with a page of what belongs to it.

    `due` are the items that are to be decided on next. `decisions` are those that the reader may see, the latest first,
    and `found` the latest of them by item. `remembered` says, by item, what two people found of the same bytes before.
    `groups` counts the items and cases of each group of likes. `is_mine`: who looks has the case at this moment.
    `claimed_until` is until when somebody else has it, None where nobody has. `is_turn`: it waits for a seat that who
    looks may take, for they have its permission and did not read it before.
    """

    case: Case
    queued: Queued
    items: Sequence[Item]
    due: frozenset[int]
    decisions: Sequence[Decision]
    found: Mapping[int, Decision]
    remembered: Mapping[int, Decision]
    flags: Mapping[int, Flag]
    groups: Mapping[int, tuple[int, int]]
    is_mine: bool
    claimed_until: datetime | None
    is_turn: bool

    @property
    def likes(self) -> Mapping[int, int]:
        """Return, by group, how many items are alike, where that is more than one."""
        return {group: items for group, (items, _) in self.groups.items() if items > 1}

    @property
    def remembered_due(self) -> Mapping[int, Decision]:
        """Return what is remembered of items that are to be decided on next."""
        return {item_id: decision for item_id, decision in self.remembered.items() if item_id in self.due}


def read_case(tx: Tx, desk: ReviewDesk, case_id: int, *, after: int = 0) -> CaseView:
    """Read a case for who is at the desk, with one item more than a page has. Raises `NotFound`, `InvalidValue`."""
    actor, now = desk.actor, desk.clock.now()
    case = queries.find_case(tx, case_id)
    items = queries.page_items(tx, case_id, after_id=after, limit=ROWS + 1)
    decisions = decision_queries.decisions_of(tx, actor, case_id)[::-1]
    queued = explain_standing(find_standing(tx, case_id), now)
    claim = queued.standing.claim
    is_live = claim is not None and claim.is_live(now)
    is_mine = claim is not None and is_live and claim.is_of(actor)
    return CaseView(
        case=case,
        queued=queued,
        items=items,
        due=frozenset(decision_queries.due_items(tx, case_id)),
        decisions=decisions,
        found=_latest(decisions),
        remembered=decision_queries.remembered_of(tx, items, now),
        flags={flag.item_id: flag for flag in _flags(tx, case_id, after)},
        groups=decision_queries.count_groups(tx, {item.group_id for item in items if item.group_id is not None}),
        is_mine=is_mine,
        claimed_until=claim.until_at if claim is not None and is_live and not is_mine else None,
        is_turn=_is_turn(desk, queued.standing, decisions),
    )


def _is_turn(desk: ReviewDesk, standing: Standing, decisions: Sequence[Decision]) -> bool:
    """Whether somebody may take the seat that a case waits for. What they decided is among what they may see."""
    if standing.seat is None or needed_for(standing.seat) not in desk.actor.permissions:
        return False
    reader = desk.reader(desk.actor)
    return not has_read_before(reader, standing.seat, [each for each in decisions if each.wave == standing.wave])


def _flags(tx: Tx, case_id: int, after: int) -> list[Flag]:
    """Return the complaints among the items of a page: no more than that has items, from the same number on."""
    return decision_queries.flags_of(tx, case_id, after_id=after, limit=ROWS + 1)


def _latest(decisions: Sequence[Decision]) -> dict[int, Decision]:
    found: dict[int, Decision] = {}
    for decision in decisions:
        for item_id in decision.item_ids:
            found.setdefault(item_id, decision)
    return found
