"""Questions about decisions, complaints, likes and remembered verdicts. All are read-only.

Whoever may become the second reader is told nothing of what the first one decided until a decision of theirs is in.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.access.names import name_key
from safelight.database.transaction import Tx
from safelight.errors import NotFound
from safelight.review.case import Case, CaseState, Item
from safelight.review.confirmation import Confirmation, confirmations
from safelight.review.decision import SEATS, Decision, Seat
from safelight.review.flag import Flag
from safelight.review.path import PathMark
from safelight.review.queries import find_case
from safelight.review.queue_queries import find_standing
from safelight.review.sealed_text import SealedText
from safelight.review.settlement import readings_of
from safelight.review.standing import Standing
from safelight.review.store import (
    case_rows,
    decision_rows,
    flag_rows,
    group_rows,
    memory_rows,
    path_rows,
    text_rows,
)
from safelight.roles import Actor

_STILL_BLIND = frozenset({CaseState.OPEN, CaseState.REOPENED, CaseState.SECOND_DUE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How often the second reader agreed with the first, of what matched a bank so. `threshold` is 0 for exact ones."""

    bank_name: str
    kind: str
    threshold: int
    read_twice: int
    agreed: int


def decisions_of(tx: Tx, actor: Actor, case_id: int) -> list[Decision]:
    """Return the decisions on a case that somebody may see, the oldest first, those that hold no more among them.

    Of what is still being read, each sees what they decided themselves and nothing else. Raises `NotFound`.
    """
    case, standing = _found(tx, case_id)
    return [each for each in decision_rows.of_case(tx, case_id) if _is_shown(each, case, standing, actor)]


def find_decision(tx: Tx, actor: Actor, decision_id: int) -> Decision:
    """Return a decision. Raises `NotFound`, also for one that is still hidden."""
    found = decision_rows.find(tx, [decision_id]).get(decision_id)
    if found is not None:
        case, standing = _found(tx, found.case_id)
        if _is_shown(found, case, standing, actor):
            return found
    raise NotFound(f"There is no decision {decision_id}, or it is not to be seen yet.")


def holding_on(tx: Tx, case_id: int) -> dict[int, Decision]:
    """Return, by item, the decision that holds."""
    held = decision_rows.holding(tx, case_id)
    found = decision_rows.find(tx, set(held.values()))
    return {item_id: found[decision_id] for item_id, decision_id in held.items()}


def confirmations_of(tx: Tx, case_ids: Sequence[int]) -> list[Confirmation]:
    """Return what is confirmed in these cases, also while they are read anew; nobody is named."""
    return confirmations(decision_rows.trail(tx, case_ids))


def due_items(tx: Tx, case_id: int) -> list[int]:
    """Return the items that are to be decided on next, in the seat that the case waits for; none if for nobody."""
    case, standing = _found(tx, case_id)
    seat: Seat | None = SEATS.get(case.state)
    if seat is None:
        return []
    readings = readings_of(decision_rows.of_case(tx, case_id, wave=standing.wave))
    return readings.due(seat, decision_rows.undecided(tx, case_id))


def wave_readers(tx: Tx, case_id: int) -> set[str]:
    """Return who decided on a case since it was begun, by their names' keys: none of them can be its next reader."""
    _, standing = _found(tx, case_id)
    return {name_key(each.by_name) for each in decision_rows.of_case(tx, case_id, wave=standing.wave)}


def has_undecided(tx: Tx, case_id: int) -> bool:
    """Whether something of a case has no decision that holds."""
    return bool(decision_rows.undecided(tx, case_id))


def count_agreement(tx: Tx) -> list[Agreement]:
    """Return how often second readers agreed, by bank, kind of match and threshold. Nobody is named."""
    return [
        Agreement(bank_name=bank, kind=kind, threshold=threshold, read_twice=read, agreed=agreed)
        for bank, kind, threshold, read, agreed in decision_rows.count_agreement(tx)
    ]


def remembered_of(tx: Tx, items: Collection[Item], now: datetime) -> dict[int, Decision]:
    """Return, by item, what two people found of the very same bytes in another case; it says what the file is."""
    known = memory_rows.live(tx, [item.media_key for item in items if item.media_key], now)
    found = decision_rows.find(tx, [each.decision_id for each in known.values()])
    return {item.id: found[known[item.media_key].decision_id] for item in items if item.media_key in known}


def flags_of(tx: Tx, case_id: int, *, after_id: int = 0, limit: int = 100) -> list[Flag]:
    """Return the complaints of a case, the oldest first. What they say is sealed: `flow.review.texts` opens it."""
    find_case(tx, case_id)
    return flag_rows.of_case(tx, case_id, after_id=after_id, limit=limit)


def find_flag(tx: Tx, item_id: int) -> Flag:
    """Return the complaint that an item is. Raises `NotFound`."""
    found = flag_rows.find(tx, item_id)
    if found is None:
        raise NotFound(f"Item {item_id} is no complaint.")
    return found


def flag_categories(tx: Tx, item_id: int) -> frozenset[str]:
    """Return what a complaint calls an item; nothing where nobody complained of it."""
    found = flag_rows.find(tx, item_id)
    return frozenset() if found is None else frozenset({found.category.value})


def items_of_group(tx: Tx, group_id: int, *, after_id: int = 0, limit: int = 100) -> list[Item]:
    """Return the likes of one group in cases that have not ended, in the order in which they came."""
    return case_rows.find_items(tx, group_rows.page_items(tx, group_id, after_id=after_id, limit=limit))


def count_groups(tx: Tx, group_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return, by group, of how many items in how many cases it is, of those that have not ended."""
    return group_rows.count_items(tx, group_ids)


def find_items(tx: Tx, item_ids: Collection[int]) -> list[Item]:
    """Return these items, in the order of their numbers; those that there are not are left out."""
    return case_rows.find_items(tx, item_ids)


def find_path_mark(tx: Tx) -> PathMark:
    """Return whether something switched the hash-confirmed path off. Whether it is on at all is a setting."""
    return path_rows.find_mark(tx)


def is_unviewed(tx: Tx, item_id: int) -> bool:
    """Whether an item took the hash-confirmed path: nobody looked."""
    return path_rows.is_used_by(tx, item_id)


def sealed_text(tx: Tx, text_id: str | None) -> SealedText:
    """Return a sealed text. Raises `NotFound` where it was erased."""
    found = None if text_id is None else text_rows.find(tx, text_id)
    if found is None:
        raise NotFound("What was written there was erased, for its time was over.")
    return found


def sealed_draft(tx: Tx, actor: Actor, case_id: int) -> SealedText | None:
    """Return somebody's own draft about a case; None where they have none."""
    return text_rows.find_draft(tx, case_id, name_key(actor.name))


def _found(tx: Tx, case_id: int) -> tuple[Case, Standing]:
    return find_case(tx, case_id), find_standing(tx, case_id)


def _is_shown(decision: Decision, case: Case, standing: Standing, actor: Actor) -> bool:
    is_current = decision.wave == standing.wave and decision.seat in {Seat.FIRST, Seat.SECOND}
    is_own = name_key(decision.by_name) == name_key(actor.name)
    return is_own or not (is_current and case.state in _STILL_BLIND)
