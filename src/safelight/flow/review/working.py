"""At work: whether somebody's queue goes on at this moment, and what it leaves out for them."""

from collections.abc import Collection

from safelight.access.names import name_key
from safelight.access.person import Person
from safelight.access.queries import list_persons, names_with
from safelight.database.transaction import Tx, read
from safelight.flow.review.acting import find_watched, present
from safelight.flow.review.desk import ReviewDesk
from safelight.review.decision import Seat
from safelight.review.exposure.guard import Refused
from safelight.review.exposure.queries import everybodys_opt_outs, opted_out_by, standing_of
from safelight.review.exposure.refusals import refusal
from safelight.review.queue_queries import Cursor, Queued, cases_of_nobody, find_standing, page_queue
from safelight.review.reader import SEATS, Reader, needed_for
from safelight.roles import Actor, Permission, require_permission


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


def find_of_nobody(desk: ReviewDesk) -> dict[Seat, list[int]]:
    """Return, by seat, cases that wait although nobody here is given them; a seat with none is missing.

    Everybody who may take them opted out of what they may show, or has read them before. Who opted out of what is told
    to nobody. Raises `NotAllowed` without `case:lead`.
    """
    with read(desk.engine) as tx:
        require_permission(present(tx, desk.actor), Permission.CASE_LEAD)
        out = everybodys_opt_outs(tx)
        readers = {each.name: _reader(desk, each, out.get(each.id, frozenset())) for each in list_persons(tx)}
        found = {
            seat: cases_of_nobody(tx, seat, [readers[name] for name in sorted(names_with(tx, needed_for(seat)))])
            for seat in SEATS
        }
    return {seat: case_ids for seat, case_ids in found.items() if case_ids}


def _reader(desk: ReviewDesk, person: Person, without: frozenset[str]) -> Reader:
    return Reader(key=name_key(person.name), without=without, bars=not desk.rules.is_single_person_mode)


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
