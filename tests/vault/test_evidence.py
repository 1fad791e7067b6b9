"""Evidence lives until it is destroyed."""

from dataclasses import replace
from datetime import UTC, datetime

from safelight.vault.evidence import Evidence


def test_it_is_destroyed_once_it_has_a_time_of_that() -> None:
    living = Evidence(id="1", size_bytes=0, sealed_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert not living.is_destroyed
    assert replace(living, destroyed_at=datetime(2027, 1, 1, tzinfo=UTC)).is_destroyed
