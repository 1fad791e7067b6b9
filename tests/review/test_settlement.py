"""From what readers decided follows what holds, and who has to decide next."""

from dataclasses import replace

import pytest

from safelight.review.decision import Finding, Seat
from safelight.review.settlement import readings_of


@pytest.fixture
def read(some_decision):
    """Make readings of (seat, who, finding, items)."""

    def make(*rows):
        return readings_of(
            [
                replace(some_decision, id=number, seat=seat, by_name=who, finding=finding, item_ids=items)
                for number, (seat, who, finding, items) in enumerate(rows, start=1)
            ]
        )

    return make


YES, NO, UNSURE = Finding.CONFIRMED, Finding.NOT_A_MATCH, Finding.UNSURE


def test_a_second_reader_decides_on_what_the_first_one_did(read) -> None:
    readings = read((Seat.FIRST, "ann", YES, (1, 2)))
    assert readings.due(Seat.FIRST, [1, 2, 3]) == [3]
    assert readings.due(Seat.SECOND, [1, 2, 3]) == [1, 2]
    assert readings.due(Seat.LEAD, [1, 2, 3]) == [1, 2]


def test_the_last_word_of_a_reader_counts(read) -> None:
    readings = read((Seat.FIRST, "ann", UNSURE, (1,)), (Seat.FIRST, "ann", YES, (1,)))
    assert not readings.is_unsure(Seat.FIRST, [1])
    assert readings.of(Seat.FIRST)[1].finding is YES


@pytest.mark.parametrize(
    "row",  # the second reader and the lead; what holds, by two, the second one agreeing
    [
        (None, None, YES, False, None),
        (YES, None, YES, True, True),
        (NO, YES, YES, True, False),
        (NO, NO, NO, True, False),
        (NO, Finding.OTHER_KIND, Finding.OTHER_KIND, False, False),
        (UNSURE, YES, YES, True, False),
        (None, NO, NO, False, None),
    ],
)
def test_the_leads_word_holds_and_two_people_confirm(read, row) -> None:
    second, lead, holds, confirmed, agreed = row
    rows = [(Seat.FIRST, "ann", YES, (1,))]
    rows += [(Seat.SECOND, "bob", second, (1,))] if second else []
    rows += [(Seat.LEAD, "leo", lead, (1,))] if lead else []
    (settled,) = read(*rows).settled([1], is_alone=False)
    assert (settled.decision.finding, settled.is_confirmed, settled.is_agreed) == (holds, confirmed, agreed)


def test_one_person_in_two_seats_is_one_person(read) -> None:
    (settled,) = read((Seat.FIRST, "ann", YES, (1,)), (Seat.SECOND, "ANN", YES, (1,))).settled([1], is_alone=True)
    assert (settled.is_confirmed, settled.is_alone) == (False, True)


def test_disagreement_is_told_item_by_item(read) -> None:
    readings = read((Seat.FIRST, "ann", YES, (1, 2)), (Seat.SECOND, "bob", NO, (2,)), (Seat.SECOND, "bob", YES, (1,)))
    assert readings.disagreed([1, 2]) == [2]
