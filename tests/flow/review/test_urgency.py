"""The queue comes in the order of its points: danger first, deadlines as they come near, and every part is told."""

from datetime import timedelta

import pytest

from safelight.database.transaction import read, write
from safelight.errors import InvalidValue, NotAllowed
from safelight.flow.cases import close_case
from safelight.flow.review.deciding import decide
from safelight.flow.review.keeping import RAISE_DEADLINES, review_handlers
from safelight.flow.review.urgency import mark_imminent, set_deadline
from safelight.jobs.queue import enqueue
from safelight.jobs.worker import Worker
from safelight.matching.match import MatchKind
from safelight.review import queue_queries
from safelight.review.decision import Finding, Seat
from safelight.review.urgency import PartName
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind


def _parts(room, actor, case: int) -> dict[PartName, int]:
    with read(room.engine) as tx:
        page = queue_queries.page_queue(tx, actor, room.clock.now())
    (queued,) = [each for each in page if each.standing.case_id == case]
    return {part.name: part.points for part in queued.parts if part.points}


def test_the_queue_is_in_the_order_of_its_points(room, ann, make) -> None:
    near = room.case(make.item(make.match(MatchKind.NEAR, distance=29)), subject="near")
    nearer = room.case(make.item(make.match(MatchKind.NEAR, distance=2)), subject="nearer")
    room.clock.advance(hours=1)
    exact = room.case(subject="exact")
    two = room.case(make.item(make.match(), make.match(bank="other")), subject="two banks")
    assert room.queue(ann) == [two, exact, nearer, near]
    assert _parts(room, ann, two) == {PartName.EXACTNESS: 300, PartName.CORROBORATION: 100}
    assert _parts(room, ann, near) == {PartName.EXACTNESS: 12, PartName.AGE: 1}
    assert room.queue(ann, limit=2) == [two, exact]
    last = room.standing(exact)
    assert room.queue(ann, after=(last.place, last.case_id)) == [nearer, near]
    with read(room.engine) as tx:
        assert queue_queries.count_waiting(tx) == {Seat.FIRST: 4}
        with pytest.raises(InvalidValue):
            queue_queries.page_queue(tx, ann, room.clock.now(), limit=0)


def test_an_account_with_confirmed_cases_before_comes_sooner(room, ann, make) -> None:
    decide(room.desk(ann), room.case(), make.ruling(Finding.CONFIRMED))
    close_case(room.engine, room.clock, room.person("leo", "lead"), 1, reason="reported by hand")
    other, again = room.case(subject="other"), room.case()
    assert room.queue(ann) == [again, other]
    assert _parts(room, ann, again)[PartName.REPEATED] == 50


def test_danger_comes_before_all_and_the_leads_are_told_by_number_alone(room, ann, make) -> None:
    told = room.listen()
    first, second = room.case(subject="first"), room.case(make.item(), subject="second")
    mark_imminent(room.desk(ann), second, reason="a meeting is planned")
    assert room.queue(ann) == [second, first]
    assert told() == [("imminent_danger", f'{{"case_id": {second}}}')]
    assert room.verbs(second)[-1] == "mark_imminent"


def test_a_decision_can_say_so_and_the_next_reader_gets_it_first(room, ann, bob, make) -> None:
    told = room.listen()
    other, case = room.case(subject="a"), room.case(subject="b")
    decide(room.desk(ann, second=make.always), case, make.ruling(Finding.CONFIRMED, is_imminent=True))
    assert room.queue(bob) == [case, other]
    assert [kind for kind, _ in told()] == ["imminent_danger"]


def test_only_a_person_who_reviews_says_so_and_says_why(room, ann) -> None:
    case = room.case()
    key = Actor(kind=ActorKind.SERVICE, name="ann", permissions=EVERY_PERMISSION)
    for actor, reason, error in ((key, "x", NotAllowed), (ann, " ", InvalidValue)):
        with pytest.raises(error):
            mark_imminent(room.desk(actor), case, reason=reason)


def test_a_deadline_that_comes_near_moves_its_case_up_by_the_clock(room, ann, make) -> None:
    due, exact = room.case(make.item(), subject="due"), room.case(subject="exact")
    set_deadline(room.desk(ann), due, room.clock.now() + timedelta(days=2), reason="the regulator asks")
    other = room.case(make.item(make.match()), subject="other")
    assert room.queue(ann)[0] in {exact, due}
    room.clock.advance(days=1, hours=12)
    with write(room.engine) as tx:
        enqueue(tx, room.clock, kind=RAISE_DEADLINES)
    Worker(room.engine, room.clock, review_handlers(), name="w", tell=lambda _: None).run_due()
    assert room.queue(ann) == [due, exact, other]
    assert _parts(room, ann, due)[PartName.DEADLINE] == 1000
    set_deadline(room.desk(ann), due, None)
    assert room.queue(ann)[-1] == due
    with pytest.raises(InvalidValue, match="zone"):
        set_deadline(room.desk(ann), due, room.clock.now().replace(tzinfo=None))
    for year in (1, 1999, 9999):  # from the ends of time no step leads back
        with pytest.raises(InvalidValue, match="in the years"):
            set_deadline(room.desk(ann), due, room.clock.now().replace(year=year))
