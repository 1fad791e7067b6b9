"""What a key service does: wrap and unwrap small secrets, sign, say what it holds."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapped:
    """A secret that only the named key opens. `data` is the service's own business."""

    key_id: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDescription:
    """What a key service holds; nothing of it is secret.

    `service` is `file`, `aws_kms` or `memory`, `location` says where for a person. `active_key_id` wraps, every one of
    `key_ids` unwraps. `public_keys` are raw Ed25519 keys of 32 bytes; the first one signs, the others signed before.
    `is_exported`: whether a recovery copy was made of all that is needed to open what is wrapped from now on.
    """

    service: str
    location: str
    active_key_id: str
    key_ids: tuple[str, ...]
    public_keys: tuple[bytes, ...]
    is_exported: bool


class KeyService(Protocol):
    """Keeps keys that never leave it in the clear. Every member raises `KeysUnusable` with the reason.

    A `context` says what a secret belongs to, such as a noun and its id: who unwraps must name the same one, so that a
    wrap which was moved elsewhere does not open.
    """

    def wrap(self, secret: bytes, *, context: bytes) -> Wrapped:
        """Wrap a secret of at most `MOST_SECRET_BYTES` with the active key."""
        ...

    def unwrap(self, wrapped: Wrapped, *, context: bytes) -> bytes:
        """Return the secret. Raises `KeysUnusable` for a key that is not here, and for anything altered."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes) by the first of the public keys."""
        ...

    def describe(self) -> KeyDescription:
        """Say what this service holds."""
        ...


MOST_SECRET_BYTES = 4096
"""The longest secret that is wrapped: what AWS KMS takes in one call (API reference of `Encrypt`, `Plaintext`)."""
