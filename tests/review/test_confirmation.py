"""Who knew goes on knowing, until something else is found."""

from datetime import UTC, datetime, timedelta

from safelight.review.confirmation import Confirmation, Held, confirmations
from safelight.review.decision import Finding

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def held(item_id: int, hours: int, finding: Finding = Finding.CONFIRMED, *, is_imminent: bool = False) -> Held:
    at = NOON + timedelta(hours=hours)
    return Held(case_id=1, item_id=item_id, evidence_id=None, finding=finding, decided_at=at, is_imminent=is_imminent)


def of(item_id: int, hours: int, imminent: int | None = None) -> Confirmation:
    return Confirmation(
        case_id=1,
        item_id=item_id,
        evidence_id=None,
        confirmed_at=NOON + timedelta(hours=hours),
        imminent_at=None if imminent is None else NOON + timedelta(hours=imminent),
    )


def test_it_is_known_since_it_was_confirmed_first() -> None:
    assert confirmations([held(1, 0), held(2, 1), held(1, 5)]) == [of(1, 0), of(2, 1)]


def test_another_finding_ends_it_and_a_later_confirmation_begins_anew() -> None:
    cleared = [held(1, 0), held(1, 2, Finding.NOT_A_MATCH)]
    assert confirmations(cleared) == []
    assert confirmations([*cleared, held(1, 4)]) == [of(1, 4)]


def test_danger_counts_from_when_it_was_first_said() -> None:
    assert confirmations([held(1, 0), held(1, 1, is_imminent=True), held(1, 2, is_imminent=True)]) == [of(1, 0, 1)]


def test_nothing_is_confirmed_where_nothing_was_decided() -> None:
    assert confirmations([]) == []
