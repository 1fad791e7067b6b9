"""Questions about the queue: what waits, in what order and why, and who has what. All are read-only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from safelight.database.transaction import Tx
from safelight.errors import InvalidValue
from safelight.review.decision import Seat
from safelight.review.queries import LONGEST_PAGE, missing_case
from safelight.review.reader import Reader, reader_of, seats_of
from safelight.review.standing import Standing
from safelight.review.store import queue_rows
from safelight.review.urgency import Part, explain_urgency
from safelight.roles import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """One line of the queue: where the case stands, and every part of its points at the moment asked."""

    standing: Standing
    parts: tuple[Part, ...]

    @property
    def points(self) -> int:
        """The sum."""
        return sum(part.points for part in self.parts)


Cursor = tuple[int, int]
"""The place and the number of the last case of a page."""


def page_queue(
    tx: Tx,
    actor: Actor,
    now: datetime,
    *,
    without: Collection[str] = (),
    is_single_person_mode: bool = False,
    after: Cursor | None = None,
    limit: int = 50,
) -> list[Queued]:
    """Return the most urgent cases that somebody may decide on and that nobody else has, with why they stand there.

    `without` are the categories that they opted out of. What they decided on in an earlier seat is left out, and so is
    what waits for a seat that they may not take. Raises `InvalidValue`, and `NotAllowed` for a program.
    """
    if not 1 <= limit <= LONGEST_PAGE:
        raise InvalidValue(f"A page of the queue has 1 to {LONGEST_PAGE} cases.")
    reader: Reader = reader_of(actor, without=without, is_single_person_mode=is_single_person_mode)
    found = [
        standing
        for seat in seats_of(actor)
        for standing in queue_rows.waiting(tx, seat, reader, now, after=after, limit=limit, with_mine=True)
    ]
    found.sort(key=lambda each: (each.place, each.case_id))
    return [explain_standing(standing, now) for standing in found[:limit]]


def find_standing(tx: Tx, case_id: int) -> Standing:
    """Return where a case stands. Raises `NotFound`."""
    found = queue_rows.find(tx, case_id)
    if found is None:
        raise missing_case(case_id)
    return found


def explain_standing(standing: Standing, now: datetime) -> Queued:
    """Return where a case stands with every part of its points."""
    return Queued(standing=standing, parts=explain_urgency(standing.facts, now))


def claims_of(tx: Tx, actor: Actor, now: datetime) -> list[Standing]:
    """Return the cases that somebody has at this moment, the most urgent first."""
    return queue_rows.claimed_by(tx, reader_of(actor).key, now)


def imminent_cases(tx: Tx, *, limit: int = 20) -> list[Standing]:
    """Return cases that wait in which somebody may be in danger, the most urgent first."""
    return queue_rows.imminent(tx, limit)


def cases_of_nobody(tx: Tx, seat: Seat, readers: Collection[Reader], *, limit: int = 20) -> list[int]:
    """Return cases that wait for a seat and that none of those who may take it is given, the most urgent first.

    Each of them opted out of what the case may show, or has read it before; or there is nobody.
    """
    return queue_rows.of_nobody(tx, seat, readers, limit)


def count_waiting(tx: Tx) -> dict[Seat, int]:
    """Return how many cases wait for each seat; a seat for which none does is missing."""
    return queue_rows.count_waiting(tx)
