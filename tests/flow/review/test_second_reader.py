"""The second reader: another person, blind to the first; a lead where they disagree; and ways round each."""

from dataclasses import replace

import pytest

from safelight.audit.queries import page_entries
from safelight.banks.entry import NewEntry
from safelight.database.transaction import read
from safelight.errors import InvalidValue, NotAllowed, NotFound, UsageError
from safelight.flow import access
from safelight.flow.banks import controls
from safelight.flow.banks import edits as banks
from safelight.flow.cases import close_case, reopen_case
from safelight.flow.review.claiming import claim_case, claim_next
from safelight.flow.review.deciding import decide
from safelight.flow.review.texts import read_reasons
from safelight.matching.match import MatchKind
from safelight.review import decision_queries
from safelight.review.case import CaseState
from safelight.review.decision import Finding
from safelight.review.second_reading import SecondReading, SecondReason
from safelight.review.store.tables import findings
from safelight.roles import Actor

CONFIRMED, NOT_A_MATCH, OTHER_KIND, UNSURE = Finding.CONFIRMED, Finding.NOT_A_MATCH, Finding.OTHER_KIND, Finding.UNSURE


@pytest.fixture
def readers(ann, bob) -> tuple[Actor, Actor]:
    return ann, bob


def test_the_second_reader_is_another_person_and_sees_nothing_of_the_first(room, ann, bob, leo, make) -> None:
    case = room.case()
    first = decide(room.desk(ann, second=make.always), case, make.ruling(CONFIRMED))
    assert (first.case.state, first.why_second) == (CaseState.SECOND_DUE, {SecondReason.SAMPLED})
    assert (room.queue(ann), room.queue(bob)) == ([], [case])
    for again in (claim_case, lambda desk, case: decide(desk, case, make.ruling(CONFIRMED))):
        with pytest.raises(NotAllowed, match="their own second reader"):
            again(room.desk(ann, second=make.always), case)
    assert claim_next(room.desk(ann)) is None
    for other in (bob, leo, room.operator, room.person("amy", "auditor")):
        assert room.seen(other, case) == []
        with pytest.raises(NotFound, match="not to be seen yet"):
            read_reasons(room.desk(other), first.decision_id)
    assert [each.finding for each in room.seen(ann, case)] == [CONFIRMED]
    done = decide(room.desk(bob, second=make.always), case, make.ruling(CONFIRMED))
    assert done.case.state is CaseState.DECIDED
    assert [(each.is_confirmed, each.is_agreed) for each in done.settled] == [(True, True)]
    assert [each.by_name for each in room.seen(bob, case)] == ["ann", "bob"]


def test_nothing_of_what_is_still_being_read_is_in_the_audit_log(room, ann, make) -> None:
    case = room.case()
    decide(room.desk(ann, second=make.always), case, make.ruling(CONFIRMED))
    with read(room.engine) as tx:
        told = [(entry.reason, entry.details) for entry in page_entries(tx, target=f"case:{case}")][2:3]
    assert told == [("", {"decision": 1, "items": 1, "seat": "first"})]


def test_a_first_reader_in_other_letters_is_still_the_first_reader(room, ann, make) -> None:
    case = room.case()
    decide(room.desk(ann, second=make.always), case, make.ruling(CONFIRMED))
    runs_the_machine = replace(room.operator, name="ANN ")
    assert room.queue(runs_the_machine) == []
    with pytest.raises(NotAllowed, match="second reader"):
        decide(room.desk(runs_the_machine), case, make.ruling(CONFIRMED))


def test_what_was_read_in_part_is_hidden_too(room, ann, bob, make) -> None:
    """Who goes on with a case may come to be its second reader elsewhere: it sees what is left, not what was found."""
    case = room.case(make.item(make.match()), make.item(make.match()))
    decide(room.desk(ann), case, make.ruling(CONFIRMED), item_ids=[1])
    assert room.seen(bob, case) == []
    room.clock.advance(hours=1)
    done = decide(room.desk(bob, second=make.always), case, make.ruling(CONFIRMED))
    assert done.case.state is CaseState.SECOND_DUE
    with read(room.engine) as tx:
        assert decision_queries.due_items(tx, case) == [1, 2]
    for reader in (ann, bob):  # each read a part: it takes a third
        with pytest.raises(NotAllowed, match="second reader"):
            decide(room.desk(reader), case, make.ruling(CONFIRMED))


@pytest.mark.parametrize(
    "second", [{"finding": NOT_A_MATCH}, {"finding": CONFIRMED, "label": "B1"}, {"finding": UNSURE}]
)
def test_where_two_disagree_a_lead_decides(room, readers, leo, make, second) -> None:
    ann, bob = readers
    case = room.case()
    decide(room.desk(ann, second=make.always), case, make.ruling(CONFIRMED))
    done = decide(room.desk(bob, second=make.always), case, make.ruling(**second))
    assert (done.case.state, done.settled) == (CaseState.LEAD_DUE, ())
    assert (room.queue(bob), room.queue(leo)) == ([], [case])
    with pytest.raises(NotAllowed, match="case:lead"):
        decide(room.desk(bob), case, make.ruling())
    with pytest.raises(InvalidValue, match="A lead decides"):
        decide(room.desk(leo), case, make.ruling(UNSURE))
    assert len(room.seen(leo, case)) == 2
    done = decide(room.desk(leo), case, make.ruling(CONFIRMED))
    assert [(each.decision.by_name, each.is_confirmed, each.is_agreed) for each in done.settled] == [
        ("leo", True, False)
    ]


def test_a_lead_who_read_it_is_not_its_lead(room, leo, bob, make) -> None:
    case = room.case()
    decide(room.desk(leo), case, make.ruling(UNSURE))
    assert room.find(case).state is CaseState.LEAD_DUE
    assert room.queue(leo) == []
    with pytest.raises(NotAllowed, match="second reader"):
        decide(room.desk(leo), case, make.ruling())
    other = room.person("lea", "lead")
    assert decide(room.desk(other), case, make.ruling()).case.state is CaseState.CLOSED


def test_who_came_to_be_a_lead_midway_may_decide_as_one_and_not_on_what_they_read(room, ann, bob, make) -> None:
    case = room.case()
    decide(room.desk(ann), case, make.ruling(UNSURE))
    with pytest.raises(NotAllowed, match="case:lead"):
        decide(room.desk(bob), case, make.ruling())
    for name in ("ann", "bob"):
        access.set_person_roles(room.engine, room.clock, room.operator, name, role_names=["lead"])
    with pytest.raises(NotAllowed, match="second reader"):
        decide(room.desk(ann), case, make.ruling())
    assert decide(room.desk(bob), case, make.ruling()).settled


def _verified_bank(room, *, verified: bool = True) -> int:
    banks.create_bank(room.engine, room.clock, room.operator, name="known")
    entries = [NewEntry(signal_type="sha256", value=b"v" * 32)]
    banks.add_entries(room.engine, room.clock, room.operator, bank="known", entries=entries)
    if verified:
        parts = (room.engine, room.clock, room.operator)
        controls.mark_verified(*parts, bank="known", authority="an authority")
    return 1


@pytest.mark.parametrize("finding", [NOT_A_MATCH, OTHER_KIND])
def test_clearing_what_a_verified_bank_lists_exactly_takes_two(room, ann, bob, make, finding) -> None:
    entry = _verified_bank(room)
    policy = SecondReading(clearing=True, near_distance=256, share=0)
    case = room.case(make.item(make.match(entry=entry)))
    done = decide(room.desk(ann, second=policy), case, make.ruling(finding))
    assert (done.case.state, done.why_second) == (CaseState.SECOND_DUE, {SecondReason.CLEARS_VERIFIED})
    banks.rename_bank(room.engine, room.clock, room.operator, bank="known", name="other")  # which changes nothing
    assert decide(room.desk(bob, second=policy), case, make.ruling(finding)).case.state is CaseState.CLOSED


def test_a_renamed_bank_is_still_the_verified_one(room, ann, make) -> None:
    entry = _verified_bank(room)
    case = room.case(make.item(make.match(entry=entry)))
    banks.rename_bank(room.engine, room.clock, room.operator, bank="known", name="other")
    done = decide(room.desk(ann, second=SecondReading(share=0)), case, make.ruling(NOT_A_MATCH))
    assert done.why_second == {SecondReason.CLEARS_VERIFIED}


def test_closing_is_no_way_round_the_second_reader(room, ann, bob, make) -> None:
    entry = _verified_bank(room)
    case = room.case(make.item(make.match(entry=entry)))
    for state in (CaseState.OPEN, CaseState.SECOND_DUE):
        assert room.find(case).state is state
        with pytest.raises(UsageError, match="Closing is no way round"):
            close_case(room.engine, room.clock, bob, case, reason="mistake")
        if state is CaseState.OPEN:
            decide(room.desk(ann, second=SecondReading(share=0)), case, make.ruling())


def test_only_a_lead_closes_without_a_report_what_was_confirmed(room, ann, leo, make) -> None:
    case = room.case()
    decide(room.desk(ann), case, make.ruling(CONFIRMED))
    with pytest.raises(NotAllowed, match="case:lead"):
        close_case(room.engine, room.clock, ann, case, reason="reported by hand")
    assert close_case(room.engine, room.clock, leo, case, reason="reported by hand").state is CaseState.CLOSED


@pytest.mark.parametrize(("distance", "state"), [(20, CaseState.CLOSED), (21, CaseState.SECOND_DUE)])
def test_a_near_match_beyond_the_distance_takes_two(room, ann, make, distance, state) -> None:
    policy = SecondReading(clearing=True, near_distance=20, share=0)
    case = room.case(make.item(make.match(MatchKind.NEAR, distance=distance)))
    assert decide(room.desk(ann, second=policy), case, make.ruling()).case.state is state


def test_in_single_person_mode_one_is_enough_and_it_is_recorded(room, ann, make) -> None:
    case = room.case()
    desk = room.desk(ann, second=make.always, is_single_person_mode=True)
    done = decide(desk, case, make.ruling(CONFIRMED))
    assert (done.case.state, done.why_second) == (CaseState.DECIDED, {SecondReason.SAMPLED})
    assert [(each.is_alone, each.is_confirmed) for each in done.settled] == [(True, False)]
    with read(room.engine) as tx:
        assert tx.execute(findings.select()).one().is_alone


def test_in_single_person_mode_what_takes_one_is_recorded_as_ever(room, ann, make) -> None:
    case = room.case()
    done = decide(room.desk(ann, is_single_person_mode=True), case, make.ruling())
    assert [each.is_alone for each in done.settled] == [False]


def test_in_single_person_mode_who_was_unsure_may_decide_later(room, leo, make) -> None:
    case = room.case()
    desk = room.desk(leo, is_single_person_mode=True)
    decide(desk, case, make.ruling(UNSURE))
    assert [each.is_alone for each in decide(desk, case, make.ruling()).settled] == [True]


def test_where_nobody_could_be_the_second_reader_it_waits_and_that_is_told(room, ann, make) -> None:
    told = room.listen()
    case = room.case()
    done = decide(room.desk(ann, second=make.always), case, make.ruling(CONFIRMED))
    assert done.case.state is CaseState.SECOND_DUE
    assert told() == [("reader_missing", '{"case_id": 1}')]
    assert room.verbs(case)[-1] == "miss_reader"
    room.person("bob")
    other = room.case(subject="b")
    decide(room.desk(ann, second=make.always), other, make.ruling(CONFIRMED))
    assert len(told()) == 1


def test_what_two_people_found_is_not_undone_by_one(room, readers, make) -> None:
    """An appeal begins anew; that is no way for one person to overrule two."""
    ann, bob = readers
    case = room.case()
    for reader in (ann, bob):
        decide(room.desk(reader, second=make.always), case, make.ruling(CONFIRMED))
    reopen_case(room.engine, room.clock, ann, case, reason="an appeal")
    done = decide(room.desk(ann), case, make.ruling(NOT_A_MATCH))
    assert (done.case.state, done.why_second) == (CaseState.SECOND_DUE, {SecondReason.CONTRADICTS_TWO})
    assert decide(room.desk(bob), case, make.ruling(NOT_A_MATCH)).case.state is CaseState.CLOSED
