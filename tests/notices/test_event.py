"""An event holds ids and a verdict, and is always told in the same bytes."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from safelight.errors import InvalidValue
from safelight.notices.event import WANTABLE, Event, EventKind, check_facts, event_body

AT = datetime(2026, 11, 23, 12, 30, 15, 123456, tzinfo=UTC)


def test_the_body_is_the_same_for_the_same_event() -> None:
    facts = {"verdict": "exact", "case_id": 7, "evidence_id": "a1-b_2"}
    one = Event(id="e1", kind=EventKind.CASE_OPENED, happened_at=AT, facts=facts)
    elsewhere = AT.astimezone(timezone(timedelta(hours=5)))
    other = Event(id="e1", kind=EventKind.CASE_OPENED, happened_at=elsewhere, facts=dict(reversed(facts.items())))
    assert event_body(one) == event_body(other)
    assert json.loads(event_body(one)) == {
        "id": "e1",
        "kind": "case_opened",
        "happened_at": "2026-11-23T12:30:15.123+00:00",
        "facts": facts,
    }


@pytest.mark.parametrize(
    "facts",
    [{"case_id": 7}, {"case_id": "a1b2"}, {"verdict": "no_known_match"}, {"evidence_id": "A" * 64}, {}],
)
def test_ids_and_a_verdict_are_facts(facts: dict[str, int | str]) -> None:
    check_facts(facts)


@pytest.mark.parametrize(
    "facts",
    [
        {"name": "a"},
        {"email_id": "jo@example.com"},
        {"url_id": "https://example.com"},
        {"case_id": "two words"},
        {"case_id": "A" * 65},
        {"case_id": ""},
        {"verdict": "Known Match"},
        {"Case_id": "1"},
        {f"{'abcdefghijk'[number]}_id": number for number in range(11)},
    ],
)
def test_anything_else_is_no_fact_for_it_could_name_somebody(facts: dict[str, int | str]) -> None:
    with pytest.raises(InvalidValue):
        check_facts(facts)


def test_a_test_is_nothing_that_an_address_can_want() -> None:
    assert frozenset(EventKind) - WANTABLE == {EventKind.TEST}
