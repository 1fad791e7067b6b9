"""Secrets of addresses: the URL, which may hold one, and what signs. Sealed by the key service, never shown again."""

import uuid
from dataclasses import dataclass
from enum import StrEnum

from safelight.keys.interface import KeyService, Wrapped


class Purpose(StrEnum):
    """What a secret is for."""

    URL = "url"
    SIGNING = "signing"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedSecret:
    """One secret as it is stored."""

    id: str
    purpose: Purpose
    wrapped: Wrapped


def seal(keys: KeyService, purpose: Purpose, text: str) -> SealedSecret:
    """Seal a text. Call it outside of any transaction: the key service may be far. Raises `KeysUnusable`."""
    made_id = uuid.uuid4().hex
    return SealedSecret(id=made_id, purpose=purpose, wrapped=keys.wrap(text.encode(), context=context_of(made_id)))


def unseal(keys: KeyService, sealed: SealedSecret) -> str:
    """Return the text. Raises `KeysUnusable` for one that is another's, or altered."""
    return keys.unwrap(sealed.wrapped, context=context_of(sealed.id)).decode()


def context_of(secret_id: str) -> bytes:
    """Return what binds a wrap to its row, so that one that was moved elsewhere opens nothing."""
    return f"safelight/notices/secret/{secret_id}".encode()
