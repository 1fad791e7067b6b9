"""The keys of evidence open what they sealed, in its own context, and show themselves nowhere."""

from datetime import UTC, datetime

import pytest

from safelight.errors import EvidenceDamaged, KeysUnusable
from safelight.testing.keys import MemoryKeys
from safelight.vault.evidence_keys import EvidenceKeys
from safelight.vault.manifest import Manifest

MANIFEST = Manifest(
    media_id="m",
    md5="",
    sha1="",
    sha256="",
    size_bytes=1,
    arrived_at=datetime(2026, 1, 1, tzinfo=UTC),
    sealed_by="tester",
    notes=("a secret note",),
)


def test_a_wrap_opens_in_its_own_context_alone() -> None:
    service, keys = MemoryKeys(), EvidenceKeys.beside(bytes(32))
    wrapped = keys.wrap(service, b"here")
    assert EvidenceKeys.unwrapped(service, wrapped, b"here") == keys
    with pytest.raises(KeysUnusable):
        EvidenceKeys.unwrapped(service, wrapped, b"there")


def test_a_manifest_opens_with_its_own_keys_in_its_own_context_alone() -> None:
    keys = EvidenceKeys.beside(bytes(32))
    sealed = keys.seal_manifest(MANIFEST, b"here")
    assert b"secret" not in sealed
    assert keys.open_manifest(sealed, b"here") == MANIFEST
    for others, context, data in [
        (EvidenceKeys.beside(bytes(32)), b"here", sealed),
        (keys, b"there", sealed),
        (keys, b"here", sealed[:-1]),
        (keys, b"here", b""),
        (keys, b"here", sealed[:20] + bytes([sealed[20] ^ 1]) + sealed[21:]),
    ]:
        with pytest.raises(EvidenceDamaged, match="does not open"):
            others.open_manifest(data, context)


def test_the_keys_of_two_manifests_differ_and_are_not_shown() -> None:
    one, other = EvidenceKeys.beside(bytes(32)), EvidenceKeys.beside(bytes(32))
    assert one.manifest != other.manifest
    assert repr(one.manifest) not in repr(one)
