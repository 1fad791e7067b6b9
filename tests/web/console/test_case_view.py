"""What a case's page is made of: counts of likes, and the latest decision on each item."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from safelight.review.decision import Decision, Finding, Seat
from safelight.review.rules import ReviewRules
from safelight.review.standing import Standing
from safelight.review.urgency import Facts
from safelight.roles import Actor, ActorKind, Permission
from safelight.web.console.case_view import _is_turn as is_turn
from safelight.web.console.case_view import _latest as latest

FIRST = Decision(
    id=1,
    case_id=1,
    wave=0,
    seat=Seat.FIRST,
    finding=Finding.UNSURE,
    classification=None,
    annotations=frozenset(),
    incident_type=None,
    is_imminent=False,
    memory_id=None,
    act="a",
    supersedes_id=None,
    by_kind=ActorKind.PERSON,
    by_name="ann",
    decided_at=datetime(2026, 11, 29, tzinfo=UTC),
    reasons_id=None,
    item_ids=(1, 2),
)


def test_of_each_item_the_latest_decision_counts() -> None:
    later = replace(FIRST, id=2, finding=Finding.NOT_A_MATCH, item_ids=(2, 3))
    found = latest([later, FIRST])
    assert {item: decision.id for item, decision in found.items()} == {1: 1, 2: 2, 3: 2}


def standing(seat: Seat | None) -> Standing:
    return Standing(case_id=1, wave=0, seat=seat, place=0, facts=Facts(since_at=FIRST.decided_at))


@pytest.mark.parametrize(
    ("name", "seat", "is_alone", "expected"),
    [
        ("bob", Seat.SECOND, False, True),
        ("ann", Seat.SECOND, False, False),
        ("ANN", Seat.SECOND, False, False),
        ("ann", Seat.FIRST, False, True),
        ("ann", Seat.SECOND, True, True),
        ("bob", Seat.LEAD, False, False),
        ("bob", None, False, False),
    ],
)
def test_it_is_the_turn_of_who_may_take_the_seat_and_did_not_read_before(
    console, name, seat, is_alone, expected
) -> None:
    who = Actor(kind=ActorKind.PERSON, name=name, permissions=frozenset({Permission.CASE_DECIDE}))
    desk = replace(console.review_desk(who), rules=ReviewRules(is_single_person_mode=is_alone))
    assert is_turn(desk, standing(seat), [FIRST]) is expected


def test_what_was_read_before_the_case_was_begun_anew_bars_nobody(console) -> None:
    who = Actor(kind=ActorKind.PERSON, name="ann", permissions=frozenset({Permission.CASE_DECIDE}))
    assert is_turn(console.review_desk(who), replace(standing(Seat.SECOND), wave=1), [FIRST])
