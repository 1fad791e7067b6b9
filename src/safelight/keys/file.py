"""Keys in a file of this machine: the default."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from safelight.errors import KeysUnusable
from safelight.keys.cipher import sign_with, unwrap_with, wrap_with
from safelight.keys.interface import KeyDescription, Wrapped
from safelight.keys.key_file import KeyFile
from safelight.keys.key_ring import KeyRing, WrappingKey, new_signing_key, new_wrapping_key

SERVICE = "file"


class FileKeys:
    """Wraps by AES-256-GCM and signs by Ed25519 with keys that a local file holds. Safe for use by many threads."""

    def __init__(self, path: Path) -> None:
        self._file = KeyFile(path)

    def wrap(self, secret: bytes, *, context: bytes) -> Wrapped:
        """Wrap a secret with the active key."""
        return wrap_with(self.ring(), secret, context)

    def unwrap(self, wrapped: Wrapped, *, context: bytes) -> bytes:
        """Return the secret. Raises `KeysUnusable` for a key that is not here, and for anything altered."""
        return unwrap_with(self.ring(), wrapped, context)

    def sign(self, message: bytes) -> bytes:
        """Return the signature by the first of the public keys."""
        return sign_with(self.ring(), message)

    def describe(self) -> KeyDescription:
        """Say what the file holds."""
        ring = self.ring()
        return KeyDescription(
            service=SERVICE,
            location=str(self._file.path),
            active_key_id=ring.key_ids[0],
            key_ids=ring.key_ids,
            public_keys=tuple(key.public for key in ring.signing),
            is_exported=ring.is_exported,
        )

    def exists(self) -> bool:
        """Whether there is a key file, usable or not."""
        return self._file.exists()

    def new_ring(self, at: datetime) -> KeyRing:
        """Make a first key of each kind, and keep them nowhere yet."""
        return KeyRing(service=SERVICE, wrapping=(new_wrapping_key(at),), signing=(new_signing_key(at),))

    def new_wrapping_key(self, at: datetime) -> WrappingKey:
        """Make the next wrapping key, and keep it nowhere yet."""
        return new_wrapping_key(at)

    def create(self, ring: KeyRing) -> None:
        """Write a key file where none is. Raises `AlreadyExists`."""
        self._file.create(_own(ring))

    def ring(self) -> KeyRing:
        """Return the keys."""
        return _own(self._file.read())

    def change(self, alter: Callable[[KeyRing], KeyRing]) -> KeyRing:
        """Replace the keys by what `alter` makes of them."""
        return self._file.change(lambda ring: _own(alter(_own(ring))))


def _own(ring: KeyRing) -> KeyRing:
    if ring.service != SERVICE or not all(key.secret for key in ring.wrapping):
        raise KeysUnusable(
            f"These keys are of the key service {ring.service!r}, and the settings say key_service = {SERVICE!r}. "
            "Nothing was changed. Set key_service to what the keys are of, or name another key_file."
        )
    return ring
