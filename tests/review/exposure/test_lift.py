from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from safelight.errors import InvalidValue
from safelight.review.exposure.lift import Lift, LiftKind, NewLift, check_new_lift, may_grant
from safelight.roles import Actor, ActorKind

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NEW = NewLift(person_id=1, kind=LiftKind.MINUTES, extra_minutes=60, until=NOW + timedelta(days=1), reason="a raid")
LIFT = Lift(
    id=1,
    person_id=1,
    kind=LiftKind.MINUTES,
    extra_minutes=60,
    until=NOW + timedelta(days=1),
    reason="a raid",
    asked_at=NOW,
    asked_by=Actor(kind=ActorKind.PERSON, name="Rosa"),
)


@pytest.mark.parametrize(
    "other",
    [
        {"reason": " "},
        {"until": NOW},
        {"until": NOW + timedelta(days=8)},
        {"extra_minutes": 0},
        {"extra_minutes": 121},
        {"kind": LiftKind.HOURS},
    ],
)
def test_a_lift_has_a_reason_an_early_end_and_a_bound(other) -> None:
    check_new_lift(NEW, NOW)
    with pytest.raises(InvalidValue):
        check_new_lift(replace(NEW, **other), NOW)


@pytest.mark.parametrize(
    ("granter", "person", "may"),
    [
        ("Lena", "Rosa", True),
        ("rosa ", "Rosa", False),
        ("ROSA", "Mina", False),  # who asked for somebody else
        ("Mina", "mina", False),  # whose limits are lifted, though another asked
    ],
)
def test_a_lift_takes_two_and_never_the_person_alone(granter, person, may) -> None:
    assert (may_grant(LIFT, granter, person) == "") is may


def test_nothing_counts_before_it_is_granted_or_after_its_end() -> None:
    granted = replace(LIFT, granted_at=NOW, granted_by=Actor(kind=ActorKind.PERSON, name="Lena"))
    assert not LIFT.counts_at(NOW)
    assert granted.counts_at(NOW)
    assert not granted.counts_at(NOW - timedelta(seconds=1))
    assert not granted.counts_at(LIFT.until)


def test_there_is_no_lift_of_breaks() -> None:
    assert {kind.value for kind in LiftKind} == {"minutes", "hours", "rotation"}


def test_nobody_is_another_person_by_writing_their_name_otherwise() -> None:
    for spelling in ("JOSÉ ", "Jose\u0301"):  # in other letters' case, and with the accent as a sign of its own
        assert may_grant(LIFT, spelling, "José") == "nobody lifts their own limits"
