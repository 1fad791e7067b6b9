"""What follows: what two people found is remembered, and what stood on it reopened when it is overturned."""

import pytest

from safelight.database.transaction import read
from safelight.errors import UsageError
from safelight.flow.cases import close_case, reopen_case
from safelight.flow.review.deciding import decide, decide_by_memory
from safelight.flow.review.overturning import Overturning
from safelight.jobs.worker import Worker
from safelight.matching.match import MatchKind
from safelight.review import decision_queries, queries
from safelight.review.case import CaseState
from safelight.review.decision import Finding
from safelight.review.scheme import Classification
from safelight.review.second_reading import SecondReason

CONFIRMED, NOT_A_MATCH, OTHER_KIND, UNSURE = Finding.CONFIRMED, Finding.NOT_A_MATCH, Finding.OTHER_KIND, Finding.UNSURE


def _by_two(room, ann, bob, make, finding: Finding, *, subject: str, key: bytes = b"k" * 32) -> int:
    case = room.case(make.item(make.match(), media_key=key), subject=subject)
    for reader in (ann, bob):
        decide(room.desk(reader, second=make.always), case, make.ruling(finding))
    return case


def _remembered(room, case: int) -> list[Finding]:
    with read(room.engine) as tx:
        items = queries.page_items(tx, case)
        return [each.finding for each in decision_queries.remembered_of(tx, items, room.clock.now()).values()]


def _work(room) -> list[str]:
    told: list[str] = []
    Worker(room.engine, room.clock, Overturning(tell=told.append).handlers(), name="w", tell=told.append).run_due()
    return told


def test_what_two_people_found_is_remembered_of_the_same_bytes_and_a_person_still_decides(room, ann, bob, make) -> None:
    _by_two(room, ann, bob, make, CONFIRMED, subject="a")
    case = room.case(make.item(make.match(), media_key=b"k" * 32), subject="b")
    other = room.case(make.item(make.match(), media_key=b"x" * 32), subject="c")
    assert (_remembered(room, case), _remembered(room, other)) == ([CONFIRMED], [])
    assert room.find(case).state is CaseState.OPEN
    done = decide_by_memory(room.desk(ann), case, item_ids=[2], reasons="as before")
    assert done.case.state is CaseState.DECIDED
    decision = room.seen(ann, case)[0]
    assert (decision.finding, decision.memory_id) == (CONFIRMED, 1)
    assert decision.classification == Classification(scheme="ncmec", label="A1")
    with pytest.raises(UsageError, match="no one remembered verdict"):
        decide_by_memory(room.desk(ann), other, item_ids=[3], reasons="as before")


def test_what_one_person_found_is_not_remembered(room, ann, bob, make) -> None:
    case = room.case(make.item(make.match(), media_key=b"k" * 32), subject="a")
    decide(room.desk(ann, is_single_person_mode=True, second=make.always), case, make.ruling(CONFIRMED))
    later = room.case(make.item(make.match(), media_key=b"k" * 32), subject="b")
    assert _remembered(room, later) == []


def test_memory_expires_and_what_was_taken_over_from_it_does_not_renew_it(room, ann, bob, make) -> None:
    _by_two(room, ann, bob, make, CONFIRMED, subject="a")
    later = room.case(make.item(make.match(), media_key=b"k" * 32), subject="b")
    room.clock.advance(days=300)
    for reader in (ann, bob):
        decide_by_memory(room.desk(reader, second=make.always), later, item_ids=[2], reasons="as before")
    assert room.find(later).state is CaseState.DECIDED
    assert _remembered(room, later) == [CONFIRMED]
    room.clock.advance(days=65)
    assert _remembered(room, later) == []


def test_what_contradicts_memory_takes_two(room, ann, bob, make) -> None:
    _by_two(room, ann, bob, make, CONFIRMED, subject="a")
    case = room.case(make.item(make.match(), media_key=b"k" * 32), subject="b")
    done = decide(room.desk(ann), case, make.ruling(NOT_A_MATCH))
    assert done.why_second == {SecondReason.CONTRADICTS_TWO}


def test_an_overturned_verdict_reopens_every_case_that_used_it_and_no_other(room, ann, bob, make) -> None:
    first = _by_two(room, ann, bob, make, CONFIRMED, subject="a")
    users = [room.case(make.item(make.match(), media_key=b"k" * 32), subject=f"u{number}") for number in range(2)]
    for case in users:
        decide_by_memory(room.desk(ann), case, item_ids=room.items(case), reasons="as before")
    close = room.case(make.item(make.match(), media_key=b"k" * 32), subject="seen")
    decide(room.desk(ann), close, make.ruling(CONFIRMED))  # by eye: it stands on no memory
    reopen_case(room.engine, room.clock, ann, first, reason="an appeal")
    for reader in (ann, bob):
        decide(room.desk(reader), first, make.ruling(NOT_A_MATCH))
    assert [room.find(case).state for case in users] == [CaseState.DECIDED] * 2
    assert _work(room) == []
    assert [room.find(case).state for case in users] == [CaseState.REOPENED] * 2
    assert room.find(close).state is CaseState.DECIDED
    assert _remembered(room, users[0]) == [NOT_A_MATCH]
    assert _work(room) == []


def test_a_case_that_cannot_be_reopened_beside_another_is_told_to_a_person(room, ann, bob, leo, make) -> None:
    first = _by_two(room, ann, bob, make, CONFIRMED, subject="a")
    user = room.case(make.item(make.match(), media_key=b"k" * 32), subject="u")
    decide_by_memory(room.desk(ann), user, item_ids=room.items(user), reasons="as before")
    close_case(room.engine, room.clock, leo, user, reason="reported by hand")
    assert room.case(subject="u") != user
    reopen_case(room.engine, room.clock, ann, first, reason="an appeal")
    for reader in (ann, bob):
        decide(room.desk(reader), first, make.ruling(NOT_A_MATCH))
    (told,) = _work(room)
    assert f"Case {user} was decided by a verdict that does not hold any more" in told
    assert room.verbs(user)[-1] == "miss_reopening"


def test_agreement_is_counted_by_bank_and_threshold_and_names_nobody(room, ann, bob, make) -> None:
    _by_two(room, ann, bob, make, CONFIRMED, subject="a")
    case = room.case(make.item(make.match(MatchKind.NEAR, distance=25)), subject="b")
    lead = room.person("leo", "lead")
    for reader, finding in ((ann, CONFIRMED), (bob, NOT_A_MATCH), (lead, CONFIRMED)):
        decide(room.desk(reader, second=make.always), case, make.ruling(finding))
    decide(room.desk(ann), room.case(subject="c"), make.ruling())
    with read(room.engine) as tx:
        found = decision_queries.count_agreement(tx)
    assert [(each.bank_name, each.kind, each.threshold, each.read_twice, each.agreed) for each in found] == [
        ("known", "exact", 31, 1, 1),
        ("known", "near", 31, 1, 0),
    ]
