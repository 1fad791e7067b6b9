"""Decided: what a decision led to, as whoever decides is told."""

from dataclasses import dataclass

from safelight.review.case import Case
from safelight.review.second_reading import SecondReason
from safelight.review.settlement import Settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision, and where its case stands after it.

    `settled` is what holds from now on. `due` are the items that are still to be decided on. `why_second` says why
    another person decides too.
    """

    decision_id: int
    case: Case
    settled: tuple[Settled, ...] = ()
    due: tuple[int, ...] = ()
    why_second: frozenset[SecondReason] = frozenset()
    is_imminent: bool = False
