"""Secrets that a person gave us, such as a credential: stored wrapped, never sent back."""

from safelight.keys.interface import KeyService, Wrapped


def seal_secret(keys: KeyService, name: str, secret: bytes) -> Wrapped:
    """Wrap a secret so that it opens under this name alone. Raises `KeysUnusable`."""
    return keys.wrap(secret, context=secret_context(name))


def open_secret(keys: KeyService, name: str, wrapped: Wrapped) -> bytes:
    """Return the secret of this name. Raises `KeysUnusable`."""
    return keys.unwrap(wrapped, context=secret_context(name))


def secret_context(name: str) -> bytes:
    """Return what binds a secret to its name, such as `vault/content-digest`."""
    return b"safelight/secret/" + name.encode()
