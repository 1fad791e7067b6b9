"""Wrapping with a key in hand (AES-256-GCM, NIST SP 800-38D), and signing with a seed in hand (Ed25519, RFC 8032)."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from safelight.errors import KeysUnusable
from safelight.keys.interface import MOST_SECRET_BYTES, Wrapped
from safelight.keys.key_ring import KeyRing

_NONCE_BYTES = 12
_VERSION = b"\x01"


def wrap_with(ring: KeyRing, secret: bytes, context: bytes) -> Wrapped:
    """Wrap a secret with the ring's active key: version, random nonce, ciphertext and tag.

    A random nonce of 96 bits is safe for 2^32 wraps with one key (SP 800-38D, section 8.3).
    """
    require_short(secret)
    key = ring.wrapping[0]
    nonce = secrets.token_bytes(_NONCE_BYTES)
    data = AESGCM(key.secret or b"").encrypt(nonce, secret, _bound(key.key_id, context))
    return Wrapped(key_id=key.key_id, data=_VERSION + nonce + data)


def unwrap_with(ring: KeyRing, wrapped: Wrapped, context: bytes) -> bytes:
    """Return the secret. Raises `KeysUnusable` for a key that the ring lacks, and for anything altered."""
    require_known(ring, wrapped.key_id)
    key = ring.find(wrapped.key_id)
    data = memoryview(wrapped.data)
    if key is None or not key.secret or bytes(data[:1]) != _VERSION or len(data) < 1 + _NONCE_BYTES:
        raise not_this_wrap(wrapped.key_id)
    nonce, sealed = bytes(data[1 : 1 + _NONCE_BYTES]), bytes(data[1 + _NONCE_BYTES :])
    try:
        return AESGCM(key.secret).decrypt(nonce, sealed, _bound(key.key_id, context))
    except InvalidTag:
        raise not_this_wrap(wrapped.key_id) from None


def _bound(key_id: str, context: bytes) -> bytes:
    return b"safelight wrap\x00" + key_id.encode() + b"\x00" + context


def require_short(secret: bytes) -> None:
    """Raise `KeysUnusable` for a secret that no key service would take."""
    if len(secret) > MOST_SECRET_BYTES:
        raise KeysUnusable(f"A secret of {len(secret)} bytes is not wrapped: {MOST_SECRET_BYTES} is the most.")


def require_known(ring: KeyRing, key_id: str) -> None:
    """Raise `KeysUnusable` for a key that the ring lacks."""
    if ring.find(key_id) is not None:
        return
    retired = next((key for key in ring.retired if key.key_id == key_id), None)
    if retired is not None:
        raise KeysUnusable(
            f"This was sealed with the key {key_id}, which was retired on {retired.retired_at:%Y-%m-%d}: it cannot be "
            "opened any more. That is what retiring a key is for."
        )
    raise KeysUnusable(
        f"This was sealed with the key {key_id}, which is not among the keys here: they are of another installation, "
        "or older than the last rotation. Nothing was opened. Bring the recovery copy that holds that key: "
        "safelight key import FILE --identity IDENTITY"
    )


def not_this_wrap(key_id: str) -> KeysUnusable:
    """Return the error for a wrap that its own key does not open."""
    return KeysUnusable(
        f"What the key {key_id} shall unwrap was altered or belongs to something else: it does not open. Check the "
        "database against a backup: safelight evidence fsck"
    )


def sign_with(ring: KeyRing, message: bytes) -> bytes:
    """Return the signature (64 bytes) by the ring's signing key."""
    return Ed25519PrivateKey.from_private_bytes(ring.signing[0].seed or b"").sign(message)
