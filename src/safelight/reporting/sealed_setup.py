"""What sets a destination up, credentials among it: sealed under a key of its own, which the key service wraps.

It may be longer than what a key service wraps at once (`MOST_SECRET_BYTES`).
"""

import secrets
import uuid
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from safelight.errors import KeysUnusable
from safelight.keys.interface import KeyService, Wrapped

_KEY_BYTES, _NONCE_BYTES = 32, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedSetup:
    """What sets a destination up, as it is stored. `seal` names this very sealing: each has a name of its own."""

    seal: str
    wrapped: Wrapped
    sealed: bytes = field(repr=False)

    def open(self, keys: KeyService) -> bytes:
        """Return what was sealed. Call it outside of any transaction. Raises `KeysUnusable`."""
        context = setup_context(self.seal)
        key = keys.unwrap(self.wrapped, context=context)
        try:
            return AESGCM(key).decrypt(self.sealed[:_NONCE_BYTES], self.sealed[_NONCE_BYTES:], context)
        except (InvalidTag, ValueError):
            raise KeysUnusable(
                "What sets a destination up does not open: it was altered, or moved. Set its secret anew, or restore "
                "the database from a backup."
            ) from None


def seal_setup(keys: KeyService, data: bytes) -> SealedSetup:
    """Seal what sets a destination up. Call it outside of any transaction: the key service may be far.

    Raises `KeysUnusable`.
    """
    seal, key, nonce = uuid.uuid4().hex, secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(_NONCE_BYTES)
    context = setup_context(seal)
    sealed = nonce + AESGCM(key).encrypt(nonce, data, context)
    return SealedSetup(seal=seal, wrapped=keys.wrap(key, context=context), sealed=sealed)


def setup_context(seal: str) -> bytes:
    """Return what binds a wrap to its row, so that one that was moved elsewhere opens nothing."""
    return f"safelight/reporting/setup/{seal}".encode()
