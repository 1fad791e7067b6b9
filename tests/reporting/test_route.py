"""The routing table: the first line that fits decides, and a table that says nothing clear is refused."""

import pytest

from safelight.errors import InvalidValue
from safelight.reporting.route import MOST_ROUTES, Asked, Route, check_routes, choose
from safelight.review.decision import IncidentType

CSAM, ENTICEMENT = IncidentType.CSAM, IncidentType.ENTICEMENT


def table(*lines: tuple[str, str, IncidentType | None, str]) -> list[Route]:
    return [
        Route(place=place, jurisdiction=jurisdiction, service=service, incident_type=incident, destination=to)
        for place, (jurisdiction, service, incident, to) in enumerate(lines, 1)
    ]


TABLE = table(
    ("GB", "chat", ENTICEMENT, "chat-police"),
    ("GB", "", None, "police"),
    ("", "photos", CSAM, "photos-desk"),
    ("", "", ENTICEMENT, "hotline"),
    ("", "", None, "ncmec"),
)


@pytest.mark.parametrize(
    ("jurisdiction", "service", "incident", "to"),
    [
        ("GB", "chat", ENTICEMENT, "chat-police"),
        ("gb", "CHAT", ENTICEMENT, "chat-police"),
        ("GB", "chat", CSAM, "police"),
        ("GB", "photos", CSAM, "police"),
        ("GB", "", ENTICEMENT, "police"),
        ("US", "photos", CSAM, "photos-desk"),
        ("US", "photos", ENTICEMENT, "hotline"),
        ("", "photos", CSAM, "photos-desk"),
        ("", "", ENTICEMENT, "hotline"),
        ("US", "chat", CSAM, "ncmec"),
        ("", "", None, "ncmec"),
    ],
)
def test_the_first_line_that_fits_decides(jurisdiction: str, service: str, incident, to: str) -> None:
    found = choose(TABLE, Asked(jurisdiction=jurisdiction, service=service, incident_type=incident))
    assert found is not None
    assert found.destination == to
    backwards = choose(TABLE[::-1], Asked(jurisdiction=jurisdiction, service=service, incident_type=incident))
    assert backwards == found, "places count, and not in which order somebody hands them over"


def test_without_a_default_there_may_be_no_line() -> None:
    assert choose(TABLE[:-1], Asked(jurisdiction="US", incident_type=CSAM)) is None
    assert choose([], Asked()) is None
    assert [each.is_default for each in TABLE] == [False, False, False, False, True]


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (Asked(jurisdiction="US", service="chat", incident_type=ENTICEMENT), "jurisdiction GB, and asked is for US"),
        (Asked(service="chat", incident_type=ENTICEMENT), "jurisdiction GB, and asked is for none"),
        (Asked(jurisdiction="GB", incident_type=ENTICEMENT), "service chat, and asked is for none"),
        (Asked(jurisdiction="GB", service="chat", incident_type=CSAM), "incident enticement, and asked is for csam"),
    ],
)
def test_a_line_says_why_it_is_not_for_something(asked: Asked, why: str) -> None:
    assert why in TABLE[0].why_not(asked)


@pytest.mark.parametrize(
    ("routes", "match"),
    [
        (table(("", "", None, "a"), ("GB", "", None, "b")), "Line 2 is never reached: line 1"),
        (table(("GB", "x", CSAM, "a"), ("gb", "X", CSAM, "b")), "never reached"),
        (table(("G B", "", None, "a")), "letters"),
        (table(("", "chat;drop", None, "a")), "letters"),
        (table(("", "x" * 51, None, "a")), "up to 50"),
        (TABLE[1:], "counted from 1"),
        ([Route(place=each, destination="a", service=f"s{each}") for each in range(1, MOST_ROUTES + 2)], "lines"),
    ],
)
def test_a_table_that_says_nothing_clear_is_refused(routes: list[Route], match: str) -> None:
    with pytest.raises(InvalidValue, match=match):
        check_routes(routes)


def test_a_table_that_is_clear_is_taken_and_so_is_none() -> None:
    check_routes(TABLE)
    check_routes([])
