"""What a case's page is made of: counts of likes, and the latest decision on each item."""

from dataclasses import replace
from datetime import UTC, datetime

from safelight.review.decision import Decision, Finding, Seat
from safelight.roles import ActorKind
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
