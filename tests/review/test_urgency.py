"""The order of cases is a sum that is told part by part, and waiting changes no order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.review.urgency import (
    EXACT_POINTS,
    IMMINENT_POINTS,
    Facts,
    PartName,
    explain_urgency,
    next_step_at,
    place_of,
    points_of,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLAIN = Facts(since_at=NOW)


@pytest.mark.parametrize(
    ("change", "part", "points"),
    [
        ({"is_imminent": True}, PartName.IMMINENT, IMMINENT_POINTS),
        ({"is_exact": True, "nearness": 50}, PartName.EXACTNESS, EXACT_POINTS),
        ({"nearness": 50}, PartName.EXACTNESS, 100),
        ({"sources": frozenset("a")}, PartName.CORROBORATION, 0),
        ({"sources": frozenset("ab")}, PartName.CORROBORATION, 100),
        ({"sources": frozenset("abcdefg")}, PartName.CORROBORATION, 300),
        ({"repeats": 1}, PartName.REPEATED, 50),
        ({"repeats": 9}, PartName.REPEATED, 200),
        ({"deadline_at": NOW + timedelta(days=8)}, PartName.DEADLINE, 0),
        ({"deadline_at": NOW + timedelta(days=7)}, PartName.DEADLINE, 100),
        ({"deadline_at": NOW + timedelta(days=2)}, PartName.DEADLINE, 300),
        ({"deadline_at": NOW + timedelta(hours=1)}, PartName.DEADLINE, 1000),
        ({"deadline_at": NOW - timedelta(hours=1)}, PartName.DEADLINE, 2000),
        ({"since_at": NOW - timedelta(hours=5)}, PartName.AGE, 5),
    ],
)
def test_each_fact_has_its_points_and_words(change, part, points) -> None:
    parts = {each.name: each for each in explain_urgency(replace(PLAIN, **change), NOW)}
    assert parts[part].points == points
    assert parts[part].why
    assert sum(each.points for each in parts.values()) == points
    assert parts.keys() == set(PartName)


_YEAR = (datetime(2026, 1, 1), datetime(2026, 11, 1))  # noqa: DTZ001 - hypothesis adds the zone itself
_FACTS = st.builds(
    Facts,
    since_at=st.datetimes(*_YEAR, timezones=st.just(UTC)),
    is_imminent=st.booleans(),
    is_exact=st.booleans(),
    nearness=st.integers(0, 100),
    sources=st.frozensets(st.sampled_from("abcdef")),
    repeats=st.integers(0, 9),
)


@given(one=_FACTS, other=_FACTS, hours=st.integers(0, 10_000))
def test_waiting_changes_no_order_and_the_place_is_the_sum(one, other, hours) -> None:
    """So no row has to be written again as time goes by."""
    assert place_of(one, NOW) == place_of(one, NOW + timedelta(hours=hours))
    for at in (NOW, NOW + timedelta(hours=hours)):
        total = [sum(part.points for part in explain_urgency(each, at)) for each in (one, other)]
        if abs(total[0] - total[1]) > 1:  # hours are told whole
            assert (total[0] > total[1]) is (place_of(one, NOW) < place_of(other, NOW))


def test_danger_comes_before_years_of_waiting() -> None:
    old = replace(PLAIN, since_at=NOW - timedelta(days=3650), is_exact=True, repeats=9, sources=frozenset("abcd"))
    assert place_of(replace(PLAIN, is_imminent=True), NOW) < place_of(old, NOW)


def test_a_deadline_says_when_its_points_change_next() -> None:
    facts = replace(PLAIN, deadline_at=NOW + timedelta(days=8))
    steps = []
    at: datetime | None = NOW
    while (at := next_step_at(facts, at)) is not None:
        steps.append((at - NOW, points_of(facts, at)))
    assert steps == [
        (timedelta(days=1), 100),
        (timedelta(days=5), 300),
        (timedelta(days=7), 1000),
        (timedelta(days=8), 2000),
    ]
    assert next_step_at(PLAIN, NOW) is None
