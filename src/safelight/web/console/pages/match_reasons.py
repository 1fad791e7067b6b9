"""Why something came into a case: what was recorded when it matched, and beside it how that stands now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from safelight.banks.bank import WHOLE_ROLLOUT, Bank
from safelight.banks.queries import list_banks
from safelight.banks.standing import EntryStanding, find_standing
from safelight.database.transaction import Tx, read
from safelight.errors import NotFound
from safelight.flow.disclosures import note_item_explained
from safelight.matching.match import MatchKind
from safelight.review.case import Item, ItemMatch
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.item_view import find_named_item
from safelight.web.console.pages.entry_marks import marks_of
from safelight.web.console.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedMatch:
    """A match as it was recorded, and how its entry stands now.

    `standing` and `bank` are None where the database knows them no more, `threshold_now` likewise. `marks` say how
    entry and bank stand (`entries.mark`).
    """

    match: ItemMatch
    standing: EntryStanding | None
    bank: Bank | None
    threshold_now: int | None
    marks: tuple[str, ...]


def add_match_reasons(door: Door) -> None:
    """Add the page. How near a match is, it tells who has `match:distance`; how lists stand, who has `bank:read`."""

    @door.page("GET", "/cases/{case:int}/items/{item:int}/why", Permission.CASE_READ)
    def show_reasons(visit: Visit) -> Response:
        with read(visit.engine) as tx:
            item = find_named_item(tx, visit)
            told = _explained(tx, item.matches, visit.clock.now())
        _note_told(visit, item)
        return visit.see("match_reasons.html", item=item, told=told, whole=WHOLE_ROLLOUT)


def _note_told(visit: Visit, item: Item) -> None:
    """Write down how many distances the page tells, before it does: what could show a way past a list is on record."""
    if Permission.MATCH_DISTANCE in visit.actor.permissions:
        near = sum(match.kind is MatchKind.NEAR for match in item.matches)
        named = {"case_id": item.case_id, "item_id": item.id, "distances": near}
        note_item_explained(visit.engine, visit.clock, visit.actor, **named)


def _explained(tx: Tx, matches: Sequence[ItemMatch], now: datetime) -> list[ExplainedMatch]:
    banks = {bank.id: bank for bank in list_banks(tx)}
    return [_explain(match, _standing(tx, match.entry_id), banks, now) for match in matches]


def _explain(match: ItemMatch, standing: EntryStanding | None, banks: dict[int, Bank], now: datetime) -> ExplainedMatch:
    bank = None if standing is None else banks.get(standing.entry.bank_id)
    own = None if standing is None or standing.control is None else standing.control.threshold
    usual = None if bank is None else bank.threshold(match.signal_type)
    return ExplainedMatch(
        match=match,
        standing=standing,
        bank=bank,
        threshold_now=usual if own is None else own,
        marks=_marks(standing, bank, now),
    )


def _marks(standing: EntryStanding | None, bank: Bank | None, now: datetime) -> tuple[str, ...]:
    if standing is None:
        return ("unknown",)
    told = marks_of(standing.entry, standing.control, now, standing.fate)
    is_off = bank is not None and not bank.is_enabled
    is_partly = bank is not None and bank.rollout < WHOLE_ROLLOUT
    return (*told, *(["bank_disabled"] if is_off else []), *(["bank_partly"] if is_partly else []))


def _standing(tx: Tx, entry_id: int) -> EntryStanding | None:
    """Return how an entry stands; None where this database never held it, such as after a restore."""
    try:
        return find_standing(tx, entry_id)
    except NotFound:
        return None
