"""The secret is opened when it is first needed, and only where the keys have a recovery copy."""

import pytest

from safelight.errors import KeysNotExported
from safelight.flow.recent.sealing import RecentSecrets
from safelight.testing.keys import MemoryKeys


def test_one_secret_seals_and_names_cases_for_every_process(engine, clock) -> None:
    keys = MemoryKeys()
    one, other = (RecentSecrets(engine, keys, clock) for _ in range(2))
    sealed = one.cipher().seal(clock.now(), b"packed")
    assert other.cipher().open(sealed) == b"packed"
    assert one.cipher() is one.cipher()
    assert one.about("", bytes(32)) == other.about("", bytes(32))
    assert one.about("account 1", bytes(32)).subject_id == "account 1"


def test_keys_without_a_recovery_copy_seal_nothing(engine, clock) -> None:
    with pytest.raises(KeysNotExported):
        RecentSecrets(engine, MemoryKeys(is_exported=False), clock).cipher()
