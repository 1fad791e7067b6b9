"""Claims: at most one of a case, for a time, by people alone; and of many who ask at once none gets another's."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.database.transaction import read, write
from safelight.errors import ClaimLost, ClockWrong, InvalidValue, NotAllowed, UsageError
from safelight.flow import access
from safelight.flow.review.claiming import claim_case, claim_next, release_claim, renew_claim
from safelight.flow.review.deciding import decide
from safelight.flow.review.texts import read_draft, save_draft
from safelight.matching.match import MatchKind
from safelight.review import queue_queries, steps
from safelight.review.case import About
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind


def test_the_most_urgent_case_is_claimed_first_and_is_nobody_elses(room, ann, bob, make) -> None:
    near = room.case(make.item(make.match(MatchKind.NEAR, distance=20)), subject="near")
    exact = room.case(subject="exact")
    first = claim_next(room.desk(ann))
    assert first is not None
    assert (first.case_id, first.claim.holder) == (exact, "ann")
    assert first.claim.until_at == room.clock.now() + timedelta(minutes=30)
    assert claim_next(room.desk(bob)).case_id == near
    assert claim_next(room.desk(bob)) is None
    assert room.verbs(exact)[-1] == "claim_case"
    with pytest.raises(ClaimLost, match="claimed by another person until 13:00 UTC"):
        claim_case(room.desk(bob), exact)


def test_a_claim_ends_by_time_and_work_renews_it(room, ann, bob) -> None:
    case = room.case()
    claim_case(room.desk(ann), case)
    room.clock.advance(minutes=29)
    assert save_draft(room.desk(ann), case, "half a thought")
    room.clock.advance(minutes=29)
    assert claim_next(room.desk(bob)) is None
    assert renew_claim(room.desk(ann), case)
    room.clock.advance(minutes=31)
    assert claim_next(room.desk(bob)).case_id == case


def test_a_lost_claim_loses_no_draft(room, ann, bob, make) -> None:
    case = room.case()
    claim_case(room.desk(ann), case)
    save_draft(room.desk(ann), case, "half a thought")
    room.clock.advance(minutes=31)
    claim_next(room.desk(bob))
    with pytest.raises(ClaimLost, match="your draft of it is kept"):
        decide(room.desk(ann), case, make.ruling())
    assert not save_draft(room.desk(ann), case, "a whole thought")
    assert read_draft(room.desk(ann), case) == "a whole thought"
    assert read_draft(room.desk(bob), case) == ""


def test_a_claim_that_ended_and_that_nobody_took_is_taken_up_again(room, ann, make) -> None:
    case = room.case()
    claim_case(room.desk(ann), case)
    room.clock.advance(hours=5)
    assert renew_claim(room.desk(ann), case)
    room.clock.advance(hours=5)
    assert decide(room.desk(ann), case, make.ruling()).settled


def test_a_case_that_is_given_back_is_the_next_ones(room, ann, bob) -> None:
    case = room.case()
    claim_case(room.desk(ann), case)
    with pytest.raises(UsageError, match="not yours to give back"):
        release_claim(room.desk(bob), case)
    release_claim(room.desk(ann), case)
    assert claim_next(room.desk(bob)).case_id == case
    assert not renew_claim(room.desk(ann), case)


def test_nobody_hoards_cases(room, ann) -> None:
    cases = [room.case(subject=str(number)) for number in range(3)]
    desk = room.desk(ann, most_claims=2)
    taken = [claim_next(desk).case_id for _ in range(2)]
    for again in (lambda: claim_next(desk), lambda: claim_case(desk, cases[2])):
        with pytest.raises(UsageError, match="You have 2 cases already"):
            again()
    assert claim_case(desk, taken[0]).case_id == taken[0]  # one that is theirs anyway
    room.clock.advance(minutes=31)
    assert claim_next(desk) is not None


@pytest.mark.parametrize("category", ["infant", "ncmec:a1"])
def test_what_somebody_opted_out_of_is_not_given_to_them(room, ann, bob, make, category) -> None:
    opted = room.case(make.item(make.match(), categories=frozenset({category, "csam"})), subject="a")
    other = room.case(make.item(make.match(), categories=frozenset({"csam"})), subject="b")
    assert claim_next(room.desk(ann), without=[category]).case_id == other
    assert claim_next(room.desk(ann), without=[category]) is None
    assert claim_next(room.desk(bob)).case_id == opted


def test_a_case_of_ever_so_many_categories_can_still_be_queued_and_claimed(room, ann, make) -> None:
    many = frozenset(f"список:{number:03}{'ж' * 17}" for number in range(300))
    case = room.case(make.item(make.match(), categories=many))
    assert 0 < len(room.standing(case).categories) < 300
    assert claim_next(room.desk(ann)).case_id == case


@pytest.mark.parametrize("wrong", ["%", "|", "", "x" * 201, "_"])
def test_what_is_no_category_is_refused(room, ann, wrong) -> None:
    with pytest.raises(InvalidValue, match="short words"):
        claim_next(room.desk(ann), without=[wrong])


def test_a_program_claims_nothing_whatever_its_key_may(room) -> None:
    room.case()
    key = Actor(kind=ActorKind.SERVICE, name="ann", permissions=EVERY_PERMISSION, key_id=1)
    for act in (claim_next, lambda desk: claim_case(desk, 1), lambda desk: renew_claim(desk, 1)):
        with pytest.raises(NotAllowed, match="no person"):
            act(room.desk(key))


def test_who_may_not_decide_is_given_nothing(room) -> None:
    room.case()
    with pytest.raises(NotAllowed, match="case:decide"):
        claim_next(room.desk(room.person("amy", "auditor")))
    with pytest.raises(NotAllowed, match="case:decide"):
        claim_case(room.desk(room.person("rex", "reporter")), 1)


def test_a_role_that_was_taken_away_midway_counts_at_once(room, ann, make) -> None:
    """What somebody may do is asked in each act, not when they came in."""
    case = room.case()
    claim_case(room.desk(ann), case)
    access.set_person_roles(room.engine, room.clock, room.operator, "ann", role_names=["auditor"])
    for act in (
        lambda: claim_next(room.desk(ann)),
        lambda: renew_claim(room.desk(ann), case),
        lambda: decide(room.desk(ann), case, make.ruling()),
        lambda: save_draft(room.desk(ann), case, "x"),
    ):
        with pytest.raises(NotAllowed, match="case:decide"):
            act()
    access.disable_person(room.engine, room.clock, room.operator, "ann")
    with pytest.raises(NotAllowed):
        claim_next(room.desk(ann))
    with pytest.raises(NotAllowed, match="does not work here"):
        claim_next(room.desk(replace(ann, name="nobody")))


def test_a_clock_that_was_set_back_claims_nothing(room, ann, bob) -> None:
    case = room.case()
    room.case(subject="free")
    claim_case(room.desk(ann), case)
    room.clock.advance(hours=-1)
    with pytest.raises(ClockWrong):
        claim_next(room.desk(bob))
    with pytest.raises(ClockWrong):
        renew_claim(room.desk(ann), case)


def _fill(room, count: int) -> None:
    with write(room.engine) as tx:
        for number in range(count):
            steps.open_or_join(tx, room.clock, room.operator, About(subject_id=f"account {number}"))


def _race(room, claimers: int, cases: int) -> Counter[int]:
    _fill(room, cases)
    people = [
        replace(room.operator, name=f"reviewer {number}")  # as who runs the machine: adding people takes long
        for number in range(claimers)
    ]
    ready = threading.Barrier(min(claimers, 40))

    def claim(person: Actor) -> int | None:
        if people.index(person) < 40:
            ready.wait()
        standing = claim_next(room.desk(person))
        return None if standing is None else standing.case_id

    with ThreadPoolExecutor(claimers) as pool:
        taken = list(pool.map(claim, people))
    with read(room.engine) as tx:
        held = [each.case_id for person in people for each in queue_queries.claims_of(tx, person, room.clock.now())]
    assert sorted(held) == sorted(each for each in taken if each is not None)
    return Counter(taken)


def test_of_many_who_claim_at_once_none_gets_anothers_and_none_goes_away_empty(room) -> None:
    taken = _race(room, claimers=40, cases=40)
    assert set(taken) == set(range(1, 41))
    assert set(taken.values()) == {1}


def test_where_there_are_fewer_cases_than_claimers_each_is_claimed_once_and_the_rest_are_told(room) -> None:
    taken = _race(room, claimers=30, cases=10)
    assert taken.pop(None) == 20
    assert (set(taken), set(taken.values())) == (set(range(1, 11)), {1})


@pytest.mark.long
def test_two_hundred_claim_at_once(room) -> None:
    taken = _race(room, claimers=200, cases=200)
    assert (len(taken), set(taken.values())) == (200, {1})
