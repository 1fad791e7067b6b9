"""A sheet has what its maker may know, leaves out what is still being read, and is on record."""

import pytest

from safelight.errors import InvalidValue, NotAllowed, NotFound
from safelight.flow import access
from safelight.flow.review import sheet as sheets
from safelight.flow.review.deciding import decide
from safelight.flow.review.sheet import write_sheet
from safelight.review.decision import Finding, Seat


@pytest.fixture
def ida(room):
    return room.person("ida", "auditor")


def test_a_sheet_is_written_down_in_the_name_of_who_made_it(room, ida) -> None:
    case = room.case()
    sheet = write_sheet(room.desk(ida), case)
    assert (sheet.case.id, len(sheet.items), sheet.made_by) == (case, 1, "ida")
    assert room.verbs(case)[-1] == "make_case_sheet"


def test_a_sheet_is_as_blind_as_its_maker(room, ann, bob, ida, make) -> None:
    case, leo = room.case(), room.person("leo", "lead")
    decide(room.desk(ann, second=make.always), case, make.ruling(Finding.CONFIRMED))
    assert [each.by_name for each in write_sheet(room.desk(ann), case).decisions] == ["ann"]
    for actor in (bob, ida, leo):
        blind = write_sheet(room.desk(actor), case)
        assert (blind.decisions, blind.holding, blind.is_still_read) == ((), frozenset(), True)
    decide(room.desk(bob, second=make.always), case, make.ruling(Finding.CONFIRMED))
    told = write_sheet(room.desk(ida), case)
    assert [each.seat for each in told.decisions] == [Seat.FIRST, Seat.SECOND]
    assert told.holding == {told.decisions[0].id}
    assert not told.is_still_read
    assert [told.agrees_with_holding(each) for each in told.decisions] == [True, True]


def test_a_finding_that_a_lead_did_not_follow_does_not_agree_with_what_holds(room, ann, bob, ida, make) -> None:
    case = room.case()
    decide(room.desk(ann, second=make.always), case, make.ruling(Finding.CONFIRMED))
    decide(room.desk(bob, second=make.always), case, make.ruling(Finding.NOT_A_MATCH))
    decide(room.desk(room.person("leo", "lead")), case, make.ruling(Finding.NOT_A_MATCH))
    told = write_sheet(room.desk(ida), case)
    assert [told.agrees_with_holding(each) for each in told.decisions] == [False, True, True]


def test_holds_and_sums_are_for_whom_the_permissions_say(room, ann, ida) -> None:
    case = room.case()
    own, seen = write_sheet(room.desk(ann), case), write_sheet(room.desk(ida), case)
    assert (own.holds, own.levels) == ({}, None)
    assert seen.levels is not None
    assert set(seen.levels.values()) == {0}
    analyst = room.person("kim", "analyst")
    with pytest.raises(NotAllowed):
        write_sheet(room.desk(analyst), case)
    for number, error in ((999, NotFound), (0, InvalidValue)):
        with pytest.raises(error):
            write_sheet(room.desk(ida), number)


def test_a_long_case_says_what_is_not_on_its_sheet(room, ida, make, monkeypatch) -> None:
    case = room.case(*(make.item(make.match()) for _ in range(5)))
    monkeypatch.setattr(sheets, "MOST_ITEMS", 3)
    sheet = write_sheet(room.desk(ida), case)
    assert (len(sheet.items), sheet.items_omitted) == (3, 2)


def test_somebody_whose_role_was_taken_away_makes_none(room, ann) -> None:
    case = room.case()
    who = (room.engine, room.clock, room.operator)
    access.set_person_roles(*who, "ann", role_names=["analyst"])
    with pytest.raises(NotAllowed):
        write_sheet(room.desk(ann), case)
    assert "make_case_sheet" not in room.verbs(case)
