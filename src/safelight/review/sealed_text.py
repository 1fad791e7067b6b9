"""Texts that people wrote about cases: they may name somebody, so they are sealed, each under a key of its own."""

import secrets
import uuid
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from safelight.errors import InvalidValue, KeysUnusable
from safelight.keys.interface import KeyService, Wrapped

LONGEST_TEXT = 20_000
"""Characters of one text."""

_KEY_BYTES, _NONCE_BYTES = 32, 12


class TextPurpose(StrEnum):
    """What a text is."""

    REASONS = "reasons"
    DRAFT = "draft"
    FLAG = "flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedText:
    """One text as it is stored."""

    id: str
    purpose: TextPurpose
    wrapped: Wrapped
    sealed: bytes


def seal_text(keys: KeyService, purpose: TextPurpose, text: str) -> SealedText:
    """Seal a text. Call it outside of any transaction: the key service may be far.

    Raises `InvalidValue` for one that is too long or cannot be written, and `KeysUnusable`.
    """
    if len(text) > LONGEST_TEXT:
        raise InvalidValue(f"A text about a case has {LONGEST_TEXT} characters at most. Nothing was changed.")
    try:
        written = text.encode()
    except UnicodeEncodeError:
        raise InvalidValue("The text holds a character that cannot be written. Nothing was changed.") from None
    made_id, key, nonce = uuid.uuid4().hex, secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(_NONCE_BYTES)
    context = text_context(made_id)
    sealed = nonce + AESGCM(key).encrypt(nonce, written, context)
    return SealedText(id=made_id, purpose=purpose, wrapped=keys.wrap(key, context=context), sealed=sealed)


def open_text(keys: KeyService, text: SealedText) -> str:
    """Return what was written. Raises `KeysUnusable` for what is another's, or altered."""
    context = text_context(text.id)
    key = keys.unwrap(text.wrapped, context=context)
    try:
        written = AESGCM(key).decrypt(text.sealed[:_NONCE_BYTES], text.sealed[_NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        raise KeysUnusable(
            "A sealed text does not open: it is not what was sealed. Restore the database from a backup."
        ) from None
    return written.decode()


def text_context(text_id: str) -> bytes:
    """Return what binds a text to its row, so that one that was moved elsewhere does not open."""
    return f"safelight/review/text/{text_id}".encode()
