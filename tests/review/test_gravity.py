"""The gravest of several types of incident is what a case is told by."""

import pytest

from safelight.review.decision import IncidentType
from safelight.review.gravity import GRAVEST_FIRST, gravest


def test_every_type_has_its_place() -> None:
    assert sorted(GRAVEST_FIRST) == sorted(IncidentType)


@pytest.mark.parametrize(
    ("types", "found"),
    [
        ({IncidentType.CSAM, IncidentType.TRAFFICKING}, IncidentType.TRAFFICKING),
        ({IncidentType.MISLEADING_WORDS, None}, IncidentType.MISLEADING_WORDS),
        ({None}, None),
        (set(), None),
    ],
)
def test_the_gravest_is_told(types, found) -> None:
    assert gravest(types) is found
