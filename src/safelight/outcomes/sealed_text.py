"""What is written about outcomes: agencies, references, remarks. Each text is sealed under a key of its own."""

import secrets
import uuid
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from safelight.errors import InvalidValue, KeysUnusable
from safelight.keys.interface import KeyService, Wrapped

_KEY_BYTES, _NONCE_BYTES = 32, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedText:
    """One text as it is stored."""

    id: str
    wrapped: Wrapped
    sealed: bytes = field(repr=False)


def seal_text(keys: KeyService, text: str, name: str | None = None) -> SealedText:
    """Seal a text, under this name of 32 hexadecimal digits or a new one.

    Call it outside of any transaction: the key service may be far. Raises `InvalidValue` for a text that cannot be
    written, and `KeysUnusable`.
    """
    try:
        written = text.encode()
    except UnicodeEncodeError:
        raise InvalidValue("A text holds characters that cannot be written. Nothing was changed.") from None
    made_id = name or uuid.uuid4().hex
    key, nonce, context = secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(_NONCE_BYTES), text_context(made_id)
    sealed = nonce + AESGCM(key).encrypt(nonce, written, context)
    return SealedText(id=made_id, wrapped=keys.wrap(key, context=context), sealed=sealed)


def open_text(keys: KeyService, text: SealedText) -> str:
    """Return what was written. Raises `KeysUnusable` for what is another's, or altered."""
    context = text_context(text.id)
    key = keys.unwrap(text.wrapped, context=context)
    try:
        written = AESGCM(key).decrypt(text.sealed[:_NONCE_BYTES], text.sealed[_NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        raise KeysUnusable(
            "A sealed text about what came of a report does not open: it was altered, or moved. Restore the database "
            "from a backup."
        ) from None
    return written.decode()


def text_context(text_id: str) -> bytes:
    """Return what binds a text to its row, so that one that was moved elsewhere does not open."""
    return f"safelight/outcomes/text/{text_id}".encode()
