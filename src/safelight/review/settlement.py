"""Settling: from what readers decided follows what holds, or who has to decide next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from safelight.review.decision import Decision, Finding, Ruling, Seat
from safelight.roles import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """A decision on its way into the store. The fields are those of `Decision`."""

    case_id: int
    wave: int
    seat: Seat
    ruling: Ruling
    item_ids: tuple[int, ...]
    by: Actor
    reasons_id: str | None
    act: str
    memory_id: int | None = None
    supersedes_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The decision that holds on an item from now on.

    `is_confirmed`: two people found the same. `is_alone`: single-person mode was on, and one person decided what takes
    two. `is_agreed`: whether the second reader agreed with the first, None where
    there was none.
    """

    item_id: int
    decision: Decision
    is_confirmed: bool = False
    is_alone: bool = False
    is_agreed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """The last decision on each item in each seat of one wave."""

    by_seat: Mapping[Seat, Mapping[int, Decision]]

    def of(self, seat: Seat) -> Mapping[int, Decision]:
        """Return the decisions of a seat by item."""
        return self.by_seat.get(seat, {})

    def due(self, seat: Seat, undecided: Iterable[int]) -> list[int]:
        """Return the items that are to be decided on in a seat.

        The first reader decides on all on which nothing holds; who comes after, on what the first one decided on.
        """
        asked = undecided if seat is Seat.FIRST else [each for each in undecided if each in self.of(Seat.FIRST)]
        return sorted(each for each in asked if each not in self.of(seat))

    def is_unsure(self, seat: Seat, undecided: Iterable[int]) -> bool:
        """Whether somebody in a seat could not say what something is."""
        found = self.of(seat)
        return any(found[each].finding is Finding.UNSURE for each in undecided if each in found)

    def disagreed(self, undecided: Iterable[int]) -> list[int]:
        """Return the items on which the two readers find different things."""
        first, second = self.of(Seat.FIRST), self.of(Seat.SECOND)
        both = [each for each in undecided if each in first and each in second]
        return [each for each in both if not first[each].agrees_with(second[each])]

    def settled(self, undecided: Iterable[int], *, is_alone: bool) -> list[Settled]:
        """Return what holds: the lead's decision where there is one, else the first reader's."""
        return [self._settled(each, is_alone=is_alone) for each in undecided if each in self.of(Seat.FIRST)]

    def _settled(self, item_id: int, *, is_alone: bool) -> Settled:
        read = [self.of(seat)[item_id] for seat in (Seat.FIRST, Seat.SECOND, Seat.LEAD) if item_id in self.of(seat)]
        lead = self.of(Seat.LEAD).get(item_id)
        holds = lead or read[0]
        second = self.of(Seat.SECOND).get(item_id)
        return Settled(
            item_id=item_id,
            decision=holds,
            is_confirmed=len({each.by_name.casefold() for each in read if each.agrees_with(holds)}) > 1,
            is_alone=is_alone,
            is_agreed=None if second is None else read[0].agrees_with(second),
        )


def readings_of(decisions: Sequence[Decision]) -> Readings:
    """Return the last decision on each item in each seat; decisions come the oldest first, all of one wave."""
    found: dict[Seat, dict[int, Decision]] = {}
    for decision in decisions:
        for item_id in decision.item_ids:
            found.setdefault(decision.seat, {})[item_id] = decision
    return Readings(by_seat=found)
