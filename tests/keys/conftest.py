"""Key rings and a stand-in for AWS KMS."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from safelight.keys.key_ring import KeyRing, new_signing_key, new_wrapping_key
from safelight.testing.kms import TrialKms, trial_kms


@pytest.fixture
def at() -> datetime:
    """Be one moment."""
    return datetime(2026, 11, 23, 12, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
def ring(at: datetime) -> KeyRing:
    """Be a new ring of the file service."""
    return KeyRing(service="file", wrapping=(new_wrapping_key(at),), signing=(new_signing_key(at),))


@pytest.fixture(scope="session")
def kms() -> Iterator[TrialKms]:
    """Run one stand-in for AWS KMS."""
    with trial_kms() as kms:
        yield kms
