"""Who may decide in which seat."""

from dataclasses import replace

import pytest

from safelight.errors import InvalidValue, NotAllowed
from safelight.review.category import MOST_OPT_OUTS
from safelight.review.decision import Seat
from safelight.review.reader import reader_of, require_other, require_seat, seats_of
from safelight.roles import Actor, ActorKind, Permission

ANN = Actor(kind=ActorKind.PERSON, name="Ann", permissions=frozenset({Permission.CASE_DECIDE}))
LEO = replace(ANN, permissions=frozenset({Permission.CASE_DECIDE, Permission.CASE_LEAD}))


def test_seats_follow_from_permissions() -> None:
    assert seats_of(ANN) == (Seat.FIRST, Seat.SECOND)
    assert seats_of(LEO) == (Seat.FIRST, Seat.SECOND, Seat.LEAD)
    assert seats_of(replace(ANN, permissions=frozenset())) == ()
    require_seat(ANN, Seat.SECOND)
    with pytest.raises(NotAllowed, match="case:lead"):
        require_seat(ANN, Seat.LEAD)
    with pytest.raises(NotAllowed, match="no person"):
        require_seat(replace(LEO, kind=ActorKind.SERVICE), Seat.FIRST)


@pytest.mark.parametrize(
    ("seat", "earlier", "is_barred"),
    [
        (Seat.FIRST, Seat.FIRST, False),
        (Seat.SECOND, Seat.FIRST, True),
        (Seat.SECOND, Seat.SECOND, False),
        (Seat.LEAD, Seat.FIRST, True),
        (Seat.LEAD, Seat.SECOND, True),
        (Seat.LEAD, Seat.LEAD, False),
    ],
)
def test_nobody_follows_on_themselves(some_decision, seat, earlier, is_barred) -> None:
    decisions = [replace(some_decision, seat=earlier, by_name="ANN")]
    require_other(reader_of(ANN, is_single_person_mode=True), seat, decisions)
    require_other(reader_of(replace(ANN, name="bob")), seat, decisions)
    if is_barred:
        with pytest.raises(NotAllowed, match="second reader"):
            require_other(reader_of(ANN), seat, decisions)
    else:
        require_other(reader_of(ANN), seat, decisions)


def test_opt_outs_are_few_short_words() -> None:
    reader = reader_of(ANN, without=["infant", "NCMEC: A1", "self_generated"])
    assert reader.without == {"infant", "ncmec:a1", "selfgenerated"}
    for wrong in (["'; --"], [f"c{number}" for number in range(MOST_OPT_OUTS + 1)]):
        with pytest.raises(InvalidValue):
            reader_of(ANN, without=wrong)
