"""What lists show of evidence: whether it lives, and whether something keeps it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from safelight.vault.listing import EvidenceFacts, EvidenceState

AT = datetime(2026, 11, 23, tzinfo=UTC)
LIVING = EvidenceFacts(
    id="0" * 32, size_bytes=1, sealed_at=AT, destroyed_at=None, holds=1, is_open_ended=False, kept_until=AT
)


def test_evidence_lives_until_it_is_destroyed() -> None:
    assert LIVING.state is EvidenceState.LIVING
    assert replace(LIVING, destroyed_at=AT).state is EvidenceState.DESTROYED


def test_evidence_is_held_before_the_end_of_its_longest_hold() -> None:
    assert LIVING.is_held(AT - timedelta(microseconds=1))
    assert not LIVING.is_held(AT)
    assert replace(LIVING, kept_until=None, is_open_ended=True).is_held(AT + timedelta(days=9999))
    assert not replace(LIVING, kept_until=None, holds=0).is_held(AT)
