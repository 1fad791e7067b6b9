"""Deciding: what one reader finds, of items, cases and groups; what comes later; and what cannot be decided so."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from safelight.database.transaction import read, write
from safelight.errors import ClaimLost, InvalidValue, KeysNotExported, NotAllowed, NotFound, UsageError
from safelight.flow.cases import reopen_case
from safelight.flow.review import deciding
from safelight.flow.review.claiming import claim_case, claim_next
from safelight.flow.review.deciding import decide, decide_group
from safelight.flow.review.texts import read_reasons
from safelight.matching.match import MatchKind
from safelight.review import decision_queries
from safelight.review.case import CaseState
from safelight.review.decision import Annotation, Finding, IncidentType, Seat
from safelight.review.scheme import Classification
from safelight.review.second_reading import SecondReading
from safelight.review.store.tables import findings
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind
from safelight.testing.keys import MemoryKeys

CONFIRMED, NOT_A_MATCH, OTHER_KIND, UNSURE = Finding.CONFIRMED, Finding.NOT_A_MATCH, Finding.OTHER_KIND, Finding.UNSURE


def test_a_confirmed_case_waits_for_its_report(room, ann, make) -> None:
    told = room.listen()
    case = room.case()
    claim_case(room.desk(ann), case)
    done = decide(room.desk(ann), case, make.ruling(CONFIRMED, annotations=frozenset({Annotation.VIRAL})))
    assert (done.case.state, done.why_second, done.due) == (CaseState.DECIDED, frozenset(), ())
    (decision,) = room.seen(ann, case)
    assert (decision.seat, decision.finding, decision.by_name) == (Seat.FIRST, CONFIRMED, "ann")
    assert decision.classification == Classification(scheme="ncmec", label="A1")
    assert (decision.annotations, decision.incident_type) == ({Annotation.VIRAL}, IncidentType.CSAM)
    assert told() == [("case_decided", '{"case_id": 1, "verdict": "confirmed"}')]
    assert read_reasons(room.desk(ann), decision.id) == "seen by eye"
    assert room.verbs(case)[-3:] == ["claim_case", "decide_case", "settle_case"]
    assert room.queue(ann) == []


@pytest.mark.parametrize("finding", [NOT_A_MATCH, OTHER_KIND])
def test_a_case_in_which_nothing_is_confirmed_closes_by_itself(room, ann, make, finding) -> None:
    told = room.listen()
    case = room.case()
    assert decide(room.desk(ann), case, make.ruling(finding)).case.state is CaseState.CLOSED
    assert told() == [("case_decided", f'{{"case_id": 1, "verdict": "{finding.value}"}}')]


def test_items_are_decided_one_by_one_and_the_case_when_all_are(room, ann, bob, make) -> None:
    case = room.case(make.item(make.match()), make.item(make.match()), make.item(make.match()))
    one, two, three = room.items(case)
    first = decide(room.desk(ann), case, make.ruling(CONFIRMED), item_ids=[two])
    assert (first.case.state, first.due) == (CaseState.OPEN, (one, three))
    with pytest.raises(ClaimLost):  # whoever began goes on
        decide(room.desk(bob), case, make.ruling())
    with pytest.raises(UsageError, match="item 99"):
        decide(room.desk(ann), case, make.ruling(), item_ids=[one, 99])
    decide(room.desk(ann), case, make.ruling(CONFIRMED, label="B2"), item_ids=[two])  # a slip is put right
    done = decide(room.desk(ann), case, make.ruling())
    assert done.case.state is CaseState.DECIDED
    with read(room.engine) as tx:
        held = decision_queries.holding_on(tx, case)
    assert {item_id: each.finding for item_id, each in held.items()} == {
        one: NOT_A_MATCH,
        two: CONFIRMED,
        three: NOT_A_MATCH,
    }
    assert held[two].classification.label == "B2"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"reasons": " "}, "takes reasons"),
        ({"reasons": "x" * 4001}, "takes reasons"),
        ({"incident_type": None}, "type of incident"),
        ({"classification": Classification(scheme="ncmec", label="Z9")}, "no label"),
        ({"classification": Classification(scheme="mine", label="A1")}, "no scheme"),
        ({"finding": NOT_A_MATCH}, "Only what is confirmed"),
    ],
)
def test_what_cannot_be_decided_so_is_refused_and_nothing_changes(room, ann, make, change, why) -> None:
    case = room.case()
    with pytest.raises(InvalidValue, match=why):
        decide(room.desk(ann), case, replace(make.ruling(CONFIRMED), **change))
    assert room.seen(ann, case) == []
    assert room.find(case).state is CaseState.OPEN


def test_only_media_needs_a_class(room, ann, make) -> None:
    plain = make.ruling(CONFIRMED, classification=None)
    with_media = room.case(make.item(make.match(), evidence_id="e" * 32), subject="a")
    with pytest.raises(InvalidValue, match="has a class"):
        decide(room.desk(ann), with_media, plain)
    assert decide(room.desk(ann), room.case(make.item(), subject="b"), plain).settled


def test_a_program_decides_nothing(room, make) -> None:
    case = room.case()
    key = Actor(kind=ActorKind.SERVICE, name="ann", permissions=EVERY_PERMISSION, key_id=1)
    with pytest.raises(NotAllowed, match="no person"):
        decide(room.desk(key), case, make.ruling())


def test_nothing_is_decided_twice_and_nothing_that_is_not_there(room, ann, make) -> None:
    case = room.case()
    decide(room.desk(ann), case, make.ruling(CONFIRMED))
    with pytest.raises(UsageError, match="waits for nobody's decision"):
        decide(room.desk(ann), case, make.ruling())
    with pytest.raises(NotFound):
        decide(room.desk(ann), 99, make.ruling())


def test_reasons_are_sealed_under_keys_of_which_there_is_a_copy(room, ann, make) -> None:
    case = room.case()
    room.keys = MemoryKeys(is_exported=False)
    with pytest.raises(KeysNotExported):
        decide(room.desk(ann), case, make.ruling())
    assert room.find(case).state is CaseState.OPEN


def test_what_comes_while_others_decide_is_decided_for_itself(room, ann, bob, make) -> None:
    case = room.case()
    decide(room.desk(ann, second=make.always), case, make.ruling(CONFIRMED))
    room.case(make.item(make.match()))
    done = decide(room.desk(bob, second=make.always), case, make.ruling(CONFIRMED))
    assert (len(done.settled), done.case.state) == (1, CaseState.OPEN)
    assert [each.by_name for each in room.seen(ann, case)] == ["ann", "bob"]
    assert decide(room.desk(bob), case, make.ruling()).case.state is CaseState.DECIDED


def test_what_comes_after_a_case_was_decided_begins_it_again_and_what_holds_stays(room, ann, make) -> None:
    case = room.case()
    decide(room.desk(ann), case, make.ruling(CONFIRMED))
    assert room.case(make.item(make.match())) == case
    assert room.find(case).state is CaseState.REOPENED
    with read(room.engine) as tx:
        assert decision_queries.due_items(tx, case) == [2]
        assert set(decision_queries.holding_on(tx, case)) == {1}


def test_an_appeal_begins_anew_and_nothing_of_before_is_changed(room, ann, bob, make) -> None:
    case = room.case()
    decide(room.desk(ann), case, make.ruling(CONFIRMED))
    reopened = reopen_case(room.engine, room.clock, ann, case, reason="an appeal")
    assert reopened.state is CaseState.REOPENED
    assert room.queue(ann) == [case]
    done = decide(room.desk(bob), case, make.ruling())
    assert done.case.state is CaseState.CLOSED
    first, second = room.seen(ann, case)
    assert (first.finding, second.finding, second.supersedes_id) == (CONFIRMED, NOT_A_MATCH, first.id)
    with read(room.engine) as tx:
        rows = tx.execute(findings.select().order_by(findings.c.id)).all()
    assert [row.superseded_at is None for row in rows] == [False, True]


def test_a_group_is_decided_in_one_act_and_each_case_goes_its_own_way(room, ann, bob, make) -> None:
    policy = SecondReading(clearing=False, near_distance=20, share=0)
    near = room.case(make.item(make.match(MatchKind.NEAR, distance=25)), subject="a")
    exact = room.case(subject="b")
    both = room.case(make.item(make.match()), make.item(make.match()), subject="c")
    done = decide_group(room.desk(ann, second=policy), make.ruling(), item_ids=[1, 2, 3])
    assert [each.case.state for each in done] == [CaseState.SECOND_DUE, CaseState.CLOSED, CaseState.OPEN]
    assert len({decision.act for case in (near, exact, both) for decision in room.seen(ann, case)}) == 1
    assert read_reasons(room.desk(ann), 2) == "seen by eye"


def test_a_group_is_decided_wholly_or_not_at_all(room, ann, bob, make) -> None:
    free, taken = room.case(subject="a"), room.case(subject="b")
    claim_case(room.desk(bob), taken)
    with pytest.raises(ClaimLost):
        decide_group(room.desk(ann), make.ruling(), item_ids=[1, 2])
    assert room.seen(ann, free) == []
    with pytest.raises(NotFound, match="item 9"):
        decide_group(room.desk(ann), make.ruling(), item_ids=[1, 9])
    with pytest.raises(InvalidValue, match="1 to 1000"):
        decide_group(room.desk(ann), make.ruling(), item_ids=[])


def test_a_decision_that_dies_leaves_nothing(room, ann, make, monkeypatch) -> None:
    """One act, one transaction: what fails at its end undoes all of it."""
    case = room.case()
    monkeypatch.setattr(deciding, "follow", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        decide(room.desk(ann), case, make.ruling())
    assert room.seen(ann, case) == []
    assert room.verbs(case)[-1] == "add_case_item"
    with write(room.engine) as tx:
        assert tx.execute(findings.select()).all() == []


def test_what_comes_while_it_is_decided_is_never_lost_and_nobody_waits_for_who_waits_for_them(room, ann, make) -> None:
    """Cases, places in the queue and texts are locked in one order."""
    ended = threading.Event()

    def add(number: int) -> int:
        return room.case(make.item(make.match()), subject=f"account {number % 2}")

    def review() -> None:
        while not ended.is_set():
            taken = claim_next(room.desk(ann))
            if taken is not None:
                decide(room.desk(ann), taken.case_id, make.ruling(CONFIRMED))

    with ThreadPoolExecutor(4) as pool:
        reviewing = pool.submit(review)
        cases = set(pool.map(add, range(24)))
        ended.set()
        reviewing.result()
    while (taken := claim_next(room.desk(ann))) is not None:
        decide(room.desk(ann), taken.case_id, make.ruling(CONFIRMED))
    with read(room.engine) as tx:
        assert sum(len(decision_queries.holding_on(tx, case)) for case in cases) == 24
    assert {room.find(case).state for case in cases} == {CaseState.DECIDED}
