"""At work: whether somebody's queue goes on at this moment, and what it leaves out for them."""

from collections.abc import Collection

from safelight.database.transaction import Tx, read
from safelight.flow.review.acting import find_watched, present
from safelight.flow.review.desk import ReviewDesk
from safelight.review.exposure.guard import Refused
from safelight.review.exposure.queries import opted_out_by, standing_of
from safelight.review.exposure.refusals import refusal
from safelight.review.queue_queries import Cursor, Queued, find_standing, page_queue
from safelight.roles import Actor


def require_at_work(tx: Tx, desk: ReviewDesk, actor: Actor) -> None:
    """Raise `ExposureRefused`, with why and until when, where a person's queue pauses: nobody begins a case then.

    A break that is due, the end of the hours, of the day's time or of the days in a row: as for being shown anything.
    """
    person = find_watched(tx, actor)
    if person is None:
        return
    answer = standing_of(tx, desk.clock, desk.limits, person.id)
    if isinstance(answer, Refused):
        raise refusal(answer, undone="No case was given to you.")


def require_at_work_or_holder(tx: Tx, desk: ReviewDesk, actor: Actor, case_id: int) -> None:
    """Raise `ExposureRefused` as `require_at_work`, but for who has the case: what was begun may be finished."""
    claim = find_standing(tx, case_id).claim
    if claim is None or not (claim.is_of(actor) and claim.is_live(desk.clock.now())):
        require_at_work(tx, desk, actor)


def left_out(tx: Tx, actor: Actor, without: Collection[str] = ()) -> frozenset[str]:
    """Return the categories that somebody is not given: those that they opted out of, and `without`."""
    person = find_watched(tx, actor)
    return frozenset(without) | (frozenset() if person is None else opted_out_by(tx, person.id))


def page_waiting(
    desk: ReviewDesk, *, without: Collection[str] = (), after: Cursor | None = None, limit: int = 50
) -> list[Queued]:
    """Return what waits for somebody, the most urgent first, without what they opted out of, and with why it is so.

    It is told also while their queue pauses: only claiming waits. Raises `InvalidValue`, `NotAllowed` for a program.
    """
    with read(desk.engine) as tx:
        actor = present(tx, desk.actor)
        return page_queue(
            tx,
            actor,
            desk.clock.now(),
            without=left_out(tx, actor, without),
            is_single_person_mode=desk.rules.is_single_person_mode,
            after=after,
            limit=limit,
        )
