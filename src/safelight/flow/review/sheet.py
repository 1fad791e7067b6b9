"""The case sheet: the facts of a case for the file, without a picture. That somebody was given it is on record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.audit import log
from safelight.database.transaction import Tx
from safelight.flow.review.desk import ReviewDesk
from safelight.matching.match import MatchKind
from safelight.review import decision_queries, queries
from safelight.review.case import Case, Item
from safelight.review.decision import Decision
from safelight.review.exposure.level import Level
from safelight.review.exposure.queries import count_levels
from safelight.review.flag import Flag
from safelight.review.queries import LONGEST_PAGE, case_target
from safelight.roles import Actor, Permission
from safelight.vault.hold import Hold
from safelight.vault.holding import holds_of

MOST_ITEMS = 500
"""Items that one sheet shows; it says how many there are beyond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSheet:
    """What a case sheet says.

    `decisions` are those that who asks may see, and `holding` the numbers of those of them that hold. `holds` are by
    evidence; None where who asks may not read holds. `levels` are the sums of pictures shown over everybody; None
    where they may not read the audit log, which says it of each.
    """

    case: Case
    items: tuple[Item, ...]
    decisions: tuple[Decision, ...]
    holding: frozenset[int]
    is_still_read: bool
    flags: tuple[Flag, ...]
    holds: Mapping[str, tuple[Hold, ...]] | None
    levels: Mapping[Level, int] | None
    made_at: datetime
    made_by: str

    def agrees_with_holding(self, decision: Decision) -> bool:
        """Whether a decision found the same as the one that holds on what it was about, read anew by another person."""
        return any(
            each.id in self.holding and each.wave == decision.wave and each.agrees_with(decision)
            for each in self.decisions
            if set(each.item_ids) & set(decision.item_ids)
        )

    @property
    def items_omitted(self) -> int:
        """How many items it does not show."""
        return max(0, self.case.item_count - len(self.items))


def write_sheet(desk: ReviewDesk, case_id: int) -> CaseSheet:
    """Return the sheet of a case, and write down who was given it. Raises `NotFound`, `NotAllowed`.

    What is still being read is left out, as everywhere: each sees of it what they decided themselves.
    """
    with desk.acting(Permission.CASE_READ) as (tx, actor):
        sheet = _sheet(tx, desk, actor, case_id)
        told = {"distances": _distances(sheet.items, actor)}
        target = case_target(case_id)
        log.write(tx, clock=desk.clock, actor=actor, verb="make_case_sheet", target=target, details=told)
        return sheet


def _sheet(tx: Tx, desk: ReviewDesk, actor: Actor, case_id: int) -> CaseSheet:
    case, items = queries.find_case(tx, case_id), queries.page_items(tx, case_id, limit=MOST_ITEMS)
    seen = decision_queries.decisions_of(tx, actor, case_id)
    standing = {each.id for each in decision_queries.holding_on(tx, case_id).values()}
    evidence = [item.evidence_id for item in items if item.evidence_id is not None]
    may_read_holds = Permission.HOLD_READ in actor.permissions
    return CaseSheet(
        case=case,
        items=tuple(items),
        decisions=tuple(seen),
        holding=frozenset(each.id for each in seen) & standing,
        is_still_read=decision_queries.has_undecided(tx, case_id),
        flags=tuple(decision_queries.flags_of(tx, case_id, limit=LONGEST_PAGE)),
        holds={each: tuple(holds_of(tx, each)) for each in evidence} if may_read_holds else None,
        levels=_levels(tx, evidence) if Permission.AUDIT_READ in actor.permissions else None,
        made_at=desk.clock.now(),
        made_by=actor.name,
    )


def _distances(items: Sequence[Item], actor: Actor) -> int:
    """Return of how many matches the sheet says how near they are."""
    if Permission.MATCH_DISTANCE not in actor.permissions:
        return 0
    return sum(match.kind is MatchKind.NEAR for item in items for match in item.matches)


def _levels(tx: Tx, evidence_ids: list[str]) -> dict[Level, int]:
    counted = count_levels(tx, evidence_ids).values()
    return {level: sum(each.get(level, 0) for each in counted) for level in Level if level.has_pixels}
