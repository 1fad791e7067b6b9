from dataclasses import replace
from datetime import datetime

import pytest

from safelight.errors import KeysUnusable
from safelight.keys.interface import Wrapped
from safelight.keys.key_ring import KeyRing, new_signing_key
from safelight.keys.ring_text import ring_text
from safelight.keys.sealed_ring import ring_at_rest, ring_in_use


def _encrypt(key_id: str, secret: bytes, context: bytes) -> Wrapped:
    return Wrapped(key_id=key_id, data=bytes(byte ^ 0x55 for byte in secret) + context)


def _decrypt(wrapped: Wrapped, context: bytes) -> bytes:
    assert wrapped.data.endswith(context)
    return bytes(byte ^ 0x55 for byte in wrapped.data.removesuffix(context))


def test_the_seed_comes_back_and_is_not_in_the_file(ring: KeyRing) -> None:
    kept = ring_at_rest(ring, _encrypt)
    assert ring_in_use(kept, _decrypt) == ring
    assert (ring.signing[0].seed or b"") not in (kept.signing[0].seed or b"")
    assert ring_text(kept) != ring_text(ring)


def test_the_active_key_wraps_the_seed(ring: KeyRing) -> None:
    asked: list[str] = []

    def decrypt(wrapped: Wrapped, context: bytes) -> bytes:
        asked.append(wrapped.key_id)
        return _decrypt(wrapped, context)

    ring_in_use(ring_at_rest(ring, _encrypt), decrypt)
    assert asked == [ring.key_ids[0]]


def test_a_seed_of_another_public_key_is_refused(ring: KeyRing, at: datetime) -> None:
    kept = ring_at_rest(ring, _encrypt)
    other = replace(kept, signing=(replace(kept.signing[0], public=new_signing_key(at).public),))
    with pytest.raises(KeysUnusable, match="does not belong to its public half"):
        ring_in_use(other, lambda wrapped, _context: _decrypt(wrapped, b"safelight/signing/" + ring.signing[0].public))
