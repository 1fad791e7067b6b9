"""Records of the ledger say what was destroyed, and nobody else can write one."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from safelight.errors import EvidenceDamaged
from safelight.testing.keys import MemoryKeys
from safelight.vault.certificate import Certificate, EndedHold
from safelight.vault.ledger import read_record, write_record

_NOW = datetime(2026, 11, 23, 12, 30, 15, 123456, tzinfo=UTC)
_CERTIFICATE = Certificate(
    evidence_id="e" * 32,
    size_bytes=5,
    sealed_at=_NOW - timedelta(days=1),
    destroyed_at=_NOW,
    holds=(EndedHold(id=1, kind="report", ended_at=_NOW, is_released=True),),
    order_id=7,
    is_single_person=True,
)


@pytest.fixture
def keys() -> MemoryKeys:
    return MemoryKeys()


def test_a_record_is_read_as_it_was_written(keys) -> None:
    assert read_record(write_record(_CERTIFICATE, keys), keys.describe().public_keys) == _CERTIFICATE


def test_the_same_destruction_gives_the_same_record(keys) -> None:
    assert write_record(_CERTIFICATE, keys) == write_record(_CERTIFICATE, keys)


def test_a_record_of_other_keys_is_refused(keys) -> None:
    with pytest.raises(EvidenceDamaged, match="other keys"):
        read_record(write_record(_CERTIFICATE, MemoryKeys()), keys.describe().public_keys)


def test_a_record_signed_by_an_earlier_key_still_counts(keys) -> None:
    public_keys = (*MemoryKeys().describe().public_keys, *keys.describe().public_keys)
    assert read_record(write_record(_CERTIFICATE, keys), public_keys) == _CERTIFICATE


def test_a_signature_made_for_another_purpose_does_not_count(keys) -> None:
    record = json.loads(write_record(_CERTIFICATE, keys))
    record["signature"] = keys.sign(record["certificate"].encode()).hex()
    with pytest.raises(EvidenceDamaged):
        read_record(json.dumps(record).encode(), keys.describe().public_keys)


def test_every_changed_bit_of_what_is_certified_is_refused(keys) -> None:
    """A bit may change only where it means nothing: in the public key, which no reader trusts, and in spaces."""
    data, public_keys = write_record(_CERTIFICATE, keys), keys.describe().public_keys
    for bit in range(len(data) * 8):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            found = read_record(bytes(changed), public_keys)
        except EvidenceDamaged:
            continue
        assert found == _CERTIFICATE


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"certificate": 1, "signature": "zz"}'])
def test_what_is_no_record_is_refused(keys, data: bytes) -> None:
    with pytest.raises(EvidenceDamaged):
        read_record(data, keys.describe().public_keys)


def test_a_record_cut_off_anywhere_is_refused(keys) -> None:
    data = write_record(_CERTIFICATE, keys)
    for length in range(len(data) - 1):
        with pytest.raises(EvidenceDamaged):
            read_record(data[:length], keys.describe().public_keys)
