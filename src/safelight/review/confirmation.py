"""Confirmations: since when something is known to be what the law means, also while its case is read anew."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from safelight.review.decision import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What once held on an item: the finding, when that was decided, and whether a child was in danger."""

    case_id: int
    item_id: int
    evidence_id: str | None
    finding: Finding
    decided_at: datetime
    is_imminent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """An item that was confirmed, and of which nothing else was found since.

    `confirmed_at` is when that was decided first, `imminent_at` when it was first said that a child may be in danger.
    """

    case_id: int
    item_id: int
    evidence_id: str | None
    confirmed_at: datetime
    imminent_at: datetime | None


def confirmations(trail: Iterable[Held]) -> list[Confirmation]:
    """Return what is confirmed, of all that ever held, in the order in which it did.

    A case that is begun anew has nothing that holds; but who knew goes on knowing until something else is found.
    """
    found: dict[int, Confirmation] = {}
    for each in trail:
        if each.finding is not Finding.CONFIRMED:
            found.pop(each.item_id, None)
            continue
        known = found.get(each.item_id) or Confirmation(
            case_id=each.case_id,
            item_id=each.item_id,
            evidence_id=each.evidence_id,
            confirmed_at=each.decided_at,
            imminent_at=None,
        )
        if each.is_imminent and known.imminent_at is None:
            known = replace(known, imminent_at=each.decided_at)
        found[each.item_id] = known
    return list(found.values())
