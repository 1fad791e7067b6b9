"""What can be decided, and when two decisions are the same."""

from dataclasses import replace

import pytest

from safelight.errors import InvalidValue
from safelight.review.decision import Finding, IncidentType, Ruling, Seat, check_ruling
from safelight.review.scheme import Classification

A1 = Classification(scheme="ncmec", label="A1")
GOOD = Ruling(finding=Finding.CONFIRMED, reasons="r", classification=A1, incident_type=IncidentType.CSAM)


def test_a_whole_ruling_is_taken(some_item) -> None:
    check_ruling(GOOD, [some_item], Seat.FIRST)
    check_ruling(Ruling(finding=Finding.UNSURE, reasons="r"), [some_item], Seat.SECOND)


@pytest.mark.parametrize(
    ("ruling", "has_item", "seat"),
    [
        (GOOD, False, Seat.FIRST),
        (replace(GOOD, reasons=""), True, Seat.FIRST),
        (replace(GOOD, incident_type=None), True, Seat.FIRST),
        (replace(GOOD, classification=None), True, Seat.FIRST),
        (replace(GOOD, finding=Finding.OTHER_KIND), True, Seat.FIRST),
        (Ruling(finding=Finding.UNSURE, reasons="r"), True, Seat.LEAD),
    ],
)
def test_what_is_missing_or_too_much_is_refused(some_item, ruling, has_item, seat) -> None:
    with pytest.raises(InvalidValue):
        check_ruling(ruling, [some_item] if has_item else [], seat)


@pytest.mark.parametrize(
    ("change", "agrees"),
    [
        ({"by_name": "bob", "incident_type": IncidentType.ENTICEMENT}, True),
        ({"classification": Classification(scheme="ncmec", label="A2")}, False),
        ({"classification": Classification(scheme="iwf", label="A")}, False),
        ({"finding": Finding.NOT_A_MATCH, "classification": None}, False),
    ],
)
def test_two_agree_where_finding_and_class_are_the_same(some_decision, change, agrees) -> None:
    assert some_decision.agrees_with(replace(some_decision, **change)) is agrees
