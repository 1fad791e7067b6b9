"""Standing: where a case is in the queue, by what, and who has it at this moment."""

from dataclasses import dataclass, field

from safelight.review.claim import Claim
from safelight.review.decision import Seat
from safelight.review.urgency import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One case's place. `seat` says whom it waits for, None for nobody; `wave` counts how often it was begun anew.

    `place` orders those that wait: the smaller, the sooner (`urgency.place_of`). `categories` say in short words what
    it may show. `claim` may have ended by time.
    """

    case_id: int
    wave: int
    seat: Seat | None
    place: int
    facts: Facts
    categories: frozenset[str] = field(default=frozenset())
    claim: Claim | None = None
