"""A grant counts for ten minutes."""

from datetime import UTC, datetime, timedelta

import pytest

from safelight.roles import ActorKind
from safelight.vault.grant import GRANT_TIME, Grant
from safelight.vault.purpose import Purpose

AT = datetime(2026, 12, 31, 23, 55, tzinfo=UTC)
GRANT = Grant(
    id="1",
    evidence_id="2",
    actor_kind=ActorKind.PERSON,
    actor_name="tester",
    purpose=Purpose.REVIEW,
    opened_at=AT,
    expires_at=AT + GRANT_TIME,
    audit_entry_id=1,
)


@pytest.mark.parametrize(
    ("after", "is_valid"),
    [
        (timedelta(0), True),
        (timedelta(minutes=10, microseconds=-1), True),
        (timedelta(minutes=10), False),
        (timedelta(minutes=-5), True),  # the clocks of two machines may differ by that
        (timedelta(minutes=-6), False),  # somebody set the clock back to read on
    ],
)
def test_it_counts_from_its_opening_until_it_expires(after: timedelta, is_valid: bool) -> None:
    assert GRANT.is_valid_at(AT + after) is is_valid
