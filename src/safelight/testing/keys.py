"""Keys in memory: the key service of tests and trials. What it sealed is lost when the program ends."""

from datetime import UTC, datetime

from safelight.keys.cipher import sign_with, unwrap_with, wrap_with
from safelight.keys.interface import KeyDescription, Wrapped
from safelight.keys.key_ring import KeyRing, new_signing_key, new_wrapping_key

_MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)


class MemoryKeys:
    """A real key service that keeps its keys in memory. They count as exported unless told otherwise."""

    def __init__(self, *, is_exported: bool = True) -> None:
        self._is_exported = is_exported
        signing, wrapping = (new_signing_key(_MADE_AT),), (new_wrapping_key(_MADE_AT),)
        self._ring = self._marked(KeyRing(service="memory", wrapping=wrapping, signing=signing))

    def wrap(self, secret: bytes, *, context: bytes) -> Wrapped:
        """Wrap a secret with the active key."""
        return wrap_with(self._ring, secret, context)

    def unwrap(self, wrapped: Wrapped, *, context: bytes) -> bytes:
        """Return the secret. Raises `KeysUnusable`."""
        return unwrap_with(self._ring, wrapped, context)

    def sign(self, message: bytes) -> bytes:
        """Return the signature by the first of the public keys."""
        return sign_with(self._ring, message)

    def describe(self) -> KeyDescription:
        """Say which keys there are."""
        return KeyDescription(
            service="memory",
            location="the memory of this program",
            active_key_id=self._ring.key_ids[0],
            key_ids=self._ring.key_ids,
            public_keys=tuple(key.public for key in self._ring.signing),
            is_exported=self._ring.is_exported,
        )

    def rotate(self) -> str:
        """Add a new active key and return its id; the old ones still unwrap."""
        self._ring = self._marked(self._ring.with_wrapping(new_wrapping_key(_MADE_AT)))
        return self._ring.key_ids[0]

    def retire(self, key_id: str) -> None:
        """Forget a key that is not the active one: what it wrapped never opens again."""
        self._ring = self._ring.without(key_id, _MADE_AT)

    def _marked(self, ring: KeyRing) -> KeyRing:
        return ring.exported(_MADE_AT) if self._is_exported else ring
