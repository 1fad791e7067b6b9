"""A queue that pauses gives nobody a case, and what somebody opted out of is not given to them."""

from datetime import timedelta

import pytest

from safelight.access.queries import find_person
from safelight.database.transaction import read, write
from safelight.errors import ExposureRefused, NotAllowed
from safelight.flow import access
from safelight.flow.review.claiming import claim_case, claim_next
from safelight.flow.review.deciding import decide, decide_group
from safelight.flow.review.dose import set_opted_out
from safelight.flow.review.texts import save_draft
from safelight.flow.review.working import find_of_nobody, page_waiting
from safelight.review.decision import Seat
from safelight.review.exposure import steps as exposure
from safelight.review.exposure.level import Level
from safelight.review.exposure.limits import Limits, read_hours
from safelight.review.queue_queries import cases_of_nobody
from safelight.review.reader import Reader
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind, Permission

SHORT = Limits(break_after_minutes=5, cap_seconds=200)


@pytest.fixture
def look(room):
    """Let somebody be shown a picture of something, and work on until a break is due."""

    def show(actor: Actor, level: Level) -> None:
        with write(room.engine) as tx:
            person_id = find_person(tx, actor.name).id
            wanted = exposure.Reveal(
                evidence_id="e" * 32, level=level, frame=0, categories=frozenset(), reason="a case"
            )
            opened = exposure.open_exposure(tx, room.clock, actor, person_id, house=SHORT, wanted=wanted)
            exposure.deliver(tx, room.clock, actor, opened.id, person_id, frame_count=1, is_sound=True)

    def until_break(actor: Actor) -> None:
        show(actor, Level.CARD)
        show(actor, Level.THUMBNAIL)
        room.clock.advance(seconds=200)
        show(actor, Level.THUMBNAIL)
        room.clock.advance(seconds=101)

    return until_break


def test_who_is_due_a_break_is_given_no_case_and_is_told_until_when(room, ann, bob, look) -> None:
    case = room.case()
    look(ann)
    desk = room.desk(ann, limits=SHORT)
    for ask in (lambda: claim_next(desk), lambda: claim_case(desk, case)):
        with pytest.raises(ExposureRefused, match=r"No case was given to you\. A break is due") as error:
            ask()
        assert (error.value.code, error.value.why) == ("exposure_refused", "break_due")
    assert room.standing(case).claim is None
    assert [each.standing.case_id for each in page_waiting(desk)] == [case]
    room.clock.at = error.value.until
    assert claim_next(desk).case_id == case
    assert claim_next(room.desk(bob, limits=SHORT)) is None


def test_what_was_begun_may_be_finished_in_a_break_and_nothing_else_is_begun(room, ann, look, make) -> None:
    mine, other = room.case(subject="a"), room.case(subject="b")
    desk = room.desk(ann, limits=SHORT)
    claim_case(desk, mine)
    look(ann)
    assert claim_case(desk, mine).case_id == mine
    assert save_draft(desk, mine, "so far")
    with pytest.raises(ExposureRefused):
        decide(desk, other, make.ruling())
    with pytest.raises(ExposureRefused):
        decide_group(desk, make.ruling(), item_ids=[*room.items(mine), *room.items(other)])
    assert decide(desk, mine, make.ruling()).case.id == mine


def test_single_person_mode_ends_no_break_and_a_terminal_is_no_way_round_it(room, ann, look) -> None:
    room.case()
    look(ann)
    by_terminal = Actor(kind=ActorKind.SYSTEM_USER, name="ANN", permissions=EVERY_PERMISSION)
    for desk in (room.desk(ann, limits=SHORT, is_single_person_mode=True), room.desk(by_terminal, limits=SHORT)):
        with pytest.raises(ExposureRefused):
            claim_next(desk)
    nobody_here = Actor(kind=ActorKind.SYSTEM_USER, name="root", permissions=EVERY_PERMISSION)
    assert claim_next(room.desk(nobody_here, limits=SHORT)) is not None


def test_after_hours_nothing_is_given(room, ann) -> None:
    room.case()
    now = room.clock.now()
    ended = read_hours(f"{now - timedelta(hours=1):%H:%M}-{now:%H:%M}")
    with pytest.raises(ExposureRefused) as error:
        claim_next(room.desk(ann, limits=Limits(hours=ended)))
    assert error.value.why == "hours"


@pytest.mark.parametrize("category", ["NCMEC:A1", "a1", "infant"])
def test_what_somebody_opted_out_of_is_neither_listed_nor_given(room, ann, bob, make, category) -> None:
    opted = room.case(make.item(make.match(), categories=frozenset({"ncmec:a1", "infant"})), subject="a")
    other = room.case(make.item(make.match(), categories=frozenset({"ncmec:a2"})), subject="b")
    set_opted_out(room.engine, ann, category, is_out=True)
    assert [each.standing.case_id for each in page_waiting(room.desk(ann))] == [other]
    assert claim_next(room.desk(ann)).case_id == other
    assert claim_next(room.desk(ann)) is None
    assert claim_next(room.desk(bob)).case_id == opted
    set_opted_out(room.engine, bob, category, is_out=True)
    assert claim_case(room.desk(bob), opted).case_id == opted  # for its facts: it shows no picture


def test_a_lead_is_told_of_cases_that_wait_for_nobody_and_not_of_who_opted_out(room, ann, bob, leo, make) -> None:
    infant = room.case(make.item(make.match(), categories=frozenset({"ncmec:a1", "infant"})), subject="a")
    room.case(make.item(make.match(), categories=frozenset({"ncmec:a2"})), subject="b")
    set_opted_out(room.engine, ann, "infant", is_out=True)
    set_opted_out(room.engine, bob, "a1", is_out=True)
    assert find_of_nobody(room.desk(leo)) == {}  # the lead may still take it
    set_opted_out(room.engine, leo, "ncmec:a1", is_out=True)
    assert find_of_nobody(room.desk(leo)) == {Seat.FIRST: [infant]}
    set_opted_out(room.engine, bob, "a1", is_out=False)
    assert find_of_nobody(room.desk(leo)) == {}
    with pytest.raises(NotAllowed):
        find_of_nobody(room.desk(ann))


@pytest.mark.few_on_postgresql
def test_so_many_readers_as_there_may_be_are_asked_about_in_one_question(room, make) -> None:
    case = room.case(make.item(make.match(), categories=frozenset({"infant"})))
    labels = frozenset(f"label{number}" for number in range(18))
    readers = [Reader(key=f"reader {number}", without=labels | {"infant"}) for number in range(500)]
    with read(room.engine) as tx:
        assert cases_of_nobody(tx, Seat.FIRST, readers) == [case]
        assert cases_of_nobody(tx, Seat.FIRST, [*readers, Reader(key="one more", without=labels)]) == []
        assert cases_of_nobody(tx, Seat.FIRST, []) == [case]


def test_a_case_that_everybody_who_may_has_read_waits_for_nobody(room, ann, make, always) -> None:
    case = room.case(make.item(make.match()))
    claim_case(room.desk(ann, second=always), case)
    decide(room.desk(ann, second=always), case, make.ruling())
    who = (room.engine, room.clock, room.operator)
    access.set_role(*who, "watching", [Permission.CASE_LEAD])
    eva = room.person("Eva", "watching")
    assert find_of_nobody(room.desk(eva)) == {Seat.SECOND: [case]}
    assert find_of_nobody(room.desk(eva, is_single_person_mode=True)) == {}
    room.person("Bea")
    assert find_of_nobody(room.desk(eva)) == {}


def test_a_program_has_no_queue(room) -> None:
    key = Actor(kind=ActorKind.SERVICE, name="ann", permissions=EVERY_PERMISSION, key_id=1)
    with pytest.raises(NotAllowed):
        page_waiting(room.desk(key))
