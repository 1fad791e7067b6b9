"""Readers: who may decide what, in which seat, and what they do not wish to see."""

from collections.abc import Collection
from dataclasses import dataclass, field

from safelight.access.names import name_key
from safelight.errors import NotAllowed
from safelight.review.category import read_category, require_few
from safelight.review.claim import require_person
from safelight.review.decision import Decision, Seat
from safelight.roles import Actor, Permission, require_permission

_NEEDED = {
    Seat.FIRST: Permission.CASE_DECIDE,
    Seat.SECOND: Permission.CASE_DECIDE,
    Seat.LEAD: Permission.CASE_LEAD,
}

SEATS = tuple(_NEEDED)
"""The seats that people take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody at the queue. `without` are the categories that they opted out of.

    `bars`: nobody reads twice what takes two people. Only single-person mode lifts that.
    """

    key: str
    without: frozenset[str] = field(default=frozenset())
    bars: bool = True

    def is_barred_in(self, seat: Seat) -> bool:
        """Whether what they read before bars them from cases that wait for this seat."""
        return self.bars and seat is not Seat.FIRST


def reader_of(actor: Actor, *, without: Collection[str] = (), is_single_person_mode: bool = False) -> Reader:
    """Return somebody as a reader. Raises `InvalidValue` for what is no category, `NotAllowed` for a program."""
    require_person(actor)
    kept = frozenset(read_category(each) for each in without)
    require_few(len(kept))
    return Reader(key=name_key(actor.name), without=kept, bars=not is_single_person_mode)


def seats_of(actor: Actor) -> tuple[Seat, ...]:
    """Return the seats that somebody may decide in."""
    return tuple(seat for seat, needed in _NEEDED.items() if needed in actor.permissions)


def needed_for(seat: Seat) -> Permission:
    """Return the permission that it takes to decide in a seat."""
    return _NEEDED[seat]


def require_seat(actor: Actor, seat: Seat) -> None:
    """Raise `NotAllowed` unless somebody may decide in a seat, as far as their permissions go."""
    require_person(actor)
    require_permission(actor, _NEEDED[seat])


def has_read_before(reader: Reader, seat: Seat, earlier: Collection[Decision]) -> bool:
    """Whether a seat takes another person: somebody decided in an earlier one of the same wave, of these decisions."""
    if not reader.is_barred_in(seat):
        return False
    before = {Seat.FIRST} if seat is Seat.SECOND else {Seat.FIRST, Seat.SECOND}
    return any(each.seat in before and name_key(each.by_name) == reader.key for each in earlier)


def require_other(reader: Reader, seat: Seat, earlier: Collection[Decision]) -> None:
    """Raise `NotAllowed` where somebody would decide on what they decided on in an earlier seat of the same wave."""
    if has_read_before(reader, seat, earlier):
        raise NotAllowed(
            "You decided on this before, and it takes another person now: nobody is their own second reader. Nothing "
            "was changed."
        )
