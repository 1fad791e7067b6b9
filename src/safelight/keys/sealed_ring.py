"""Rings whose signing key lies wrapped by another service: nothing in the clear at rest."""

from collections.abc import Callable
from dataclasses import replace

from safelight.errors import KeysUnusable
from safelight.keys.interface import Wrapped
from safelight.keys.key_ring import KeyRing, public_of

_CONTEXT = b"safelight/signing/"


def ring_at_rest(ring: KeyRing, encrypt: Callable[[str, bytes, bytes], Wrapped]) -> KeyRing:
    """Return the ring with its seed wrapped by its active key. `encrypt` takes key id, secret and context."""
    first, key_id = ring.signing[0], ring.key_ids[0]
    wrapped = encrypt(key_id, first.seed or b"", _CONTEXT + first.public)
    sealed = replace(first, seed=key_id.encode() + b"\x00" + wrapped.data)
    return replace(ring, signing=(sealed, *ring.signing[1:]))


def ring_in_use(ring: KeyRing, decrypt: Callable[[Wrapped, bytes], bytes]) -> KeyRing:
    """Return the ring with its seed in the clear. Raises `KeysUnusable`."""
    first = ring.signing[0]
    key_id, _, data = (first.seed or b"").partition(b"\x00")
    seed = decrypt(Wrapped(key_id=key_id.decode(), data=data), _CONTEXT + first.public)
    if public_of(seed) != first.public:
        raise KeysUnusable("The key that signs does not belong to its public half. Bring a recovery copy.")
    return replace(ring, signing=(replace(first, seed=seed), *ring.signing[1:]))
