"""Orders to destroy evidence that is held: asked by one person, confirmed by another."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.errors import InvalidValue, NotAllowed
from safelight.roles import Actor, ActorKind
from safelight.vault.hold import Hold, active, check_texts

ORDER_LASTS = timedelta(days=30)
"""An order that nobody confirmed for so long has lapsed: what was right when it was asked may not be so any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """What somebody who asks for a lawful destruction must say: which holds, on what basis, by whose authority."""

    evidence_id: str
    hold_ids: tuple[int, ...]
    legal_basis: str
    authority: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order to release named holds of evidence and to destroy it.

    `is_single_person`: who asked confirmed it too, which the operator's single-person mode allowed.
    """

    id: int
    evidence_id: str
    hold_ids: tuple[int, ...]
    legal_basis: str
    authority: str
    reference: str
    asked_at: datetime
    asked_by: Actor
    confirmed_at: datetime | None = None
    confirmed_by: Actor | None = None
    is_single_person: bool = False

    def has_lapsed(self, at: datetime) -> bool:
        """Say whether it has waited for too long to be confirmed."""
        return self.confirmed_at is None and at >= self.asked_at + ORDER_LASTS


def is_same_order(order: Order, new: NewOrder) -> bool:
    """Whether an order says just what another would: then who asks for that has asked before."""
    told = (order.evidence_id, frozenset(order.hold_ids), order.legal_basis, order.authority, order.reference)
    return told == (new.evidence_id, frozenset(new.hold_ids), new.legal_basis, new.authority, new.reference)


def check_new_order(new: NewOrder) -> None:
    """Raise `InvalidValue` unless an order names its legal basis, the authority and that authority's reference."""
    for name, told in (("legal basis", new.legal_basis), ("authority", new.authority), ("reference", new.reference)):
        if not told.strip():
            raise InvalidValue(f"A lawful destruction needs its {name}. Nothing was asked.")
    check_texts(new.legal_basis, new.authority, new.reference)


def not_covered(hold_ids: Collection[int], holds: Iterable[Hold], at: datetime) -> list[Hold]:
    """Return the holds that keep evidence at a moment and that an order does not name."""
    return [hold for hold in active(holds, at) if hold.id not in hold_ids]


def require_person(actor: Actor) -> None:
    """Raise `NotAllowed` where the actor is a program: that held evidence is destroyed is for people to decide."""
    if actor.kind is ActorKind.SERVICE:
        raise NotAllowed("Only a person may ask for or confirm a lawful destruction.")


def may_confirm(order: Order, name: str, *, is_single_person_mode: bool) -> bool:
    """Say whether somebody may confirm an order, as far as who asked is concerned.

    They may if (1) they are not the one who asked, or (2) the operator has switched single-person mode on. People are
    told apart by their name alone, in whatever letters: one person with two ways to sign in stays one person.
    """
    return is_single_person_mode or not is_same_person(order, name)


def is_same_person(order: Order, name: str) -> bool:
    """Say whether somebody is the one who asked."""
    return name.strip().casefold() == order.asked_by.name.strip().casefold()
