"""Viewing: whose turn it is to see what belongs to a case, and what of a case somebody has seen."""

from safelight.access.person import Person
from safelight.clock import Clock
from safelight.database.transaction import Tx, read
from safelight.errors import ClaimLost
from safelight.flow.review.acting import find_self, present
from safelight.flow.review.desk import ReviewDesk
from safelight.review import steps
from safelight.review.case import Item
from safelight.review.claim import require_free
from safelight.review.exposure import queries as exposure
from safelight.review.exposure.level import Level
from safelight.review.queries import evidence_of, find_case, find_item
from safelight.review.queue_queries import find_standing
from safelight.review.rules import ReviewRules
from safelight.roles import Actor, Permission, require_permission


def require_turn_to_see(tx: Tx, clock: Clock, rules: ReviewRules, actor: Actor, evidence_id: str) -> None:
    """Raise unless it is somebody's turn to be shown pictures of evidence; who has its case has it for longer by that.

    It is if (1) they have claimed the case that it belongs to, or (2) that case waits for nobody, for it was decided,
    and they are a lead at this moment: to hear an appeal, or before it is reported, or (3) it belongs to no case. So no
    address shows anybody what is another's to judge. `actor` is who acts with what they may do now. Raises `ClaimLost`,
    `NotAllowed`.
    """
    item = find_item(tx, evidence_id)
    if item is None:
        return
    standing = find_standing(tx, item.case_id)
    if standing.seat is None:
        require_permission(actor, Permission.CASE_LEAD)
        return
    require_free(standing.claim, actor, clock.now(), item.case_id)
    if not steps.renew_claim(tx, clock, actor, rules, item.case_id):
        raise ClaimLost(f"Case {item.case_id} is not yours at this moment. Nothing was shown. Claim it first.")


def levels_shown(desk: ReviewDesk, case_id: int) -> dict[str, Level]:
    """Return, by evidence of a case, the highest level that who acts was shown of it; what is missing, nothing of.

    The next step that they may ask for is one above. Raises `NotFound`, `NotAllowed`.
    """
    with read(desk.engine) as tx:
        actor = present(tx, desk.actor)
        require_permission(actor, Permission.CASE_READ)
        find_case(tx, case_id)
        person: Person = find_self(tx, actor)
        return exposure.levels_shown(tx, person.id, evidence_of(tx, case_id))


def level_shown(desk: ReviewDesk, evidence_id: str, frame: int) -> Level | None:
    """Return the highest level of a frame that who acts was shown; None, nothing. Raises `NotFound`, `NotAllowed`."""
    with read(desk.engine) as tx:
        actor = present(tx, desk.actor)
        require_permission(actor, Permission.CASE_READ)
        return exposure.highest_shown(tx, find_self(tx, actor).id, evidence_id, frame)


def unseen_among(tx: Tx, items: list[Item]) -> list[Item]:
    """Return the items with bytes of which nobody was shown a picture here: what was found of them rests on no look."""
    seen = exposure.seen_among(tx, [item.evidence_id for item in items if item.evidence_id is not None])
    return [item for item in items if item.evidence_id is not None and item.evidence_id not in seen]
