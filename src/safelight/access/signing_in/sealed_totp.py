"""The secret of somebody's time-based codes as it is stored: sealed by the key service."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from safelight.keys.interface import KeyService, Wrapped


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedTotp:
    """One sealed secret. Until `confirmed_at`, its person has not shown a code of it, and it counts for nothing."""

    id: str
    person_id: int
    wrapped: Wrapped
    made_at: datetime
    confirmed_at: datetime | None = None
    last_step: int | None = None
    drift: int = 0


def seal_totp(keys: KeyService, person_id: int, secret: str, at: datetime) -> SealedTotp:
    """Seal a secret. Call it outside of any transaction: the key service may be far. Raises `KeysUnusable`."""
    made_id = uuid.uuid4().hex
    wrapped = keys.wrap(secret.encode(), context=context_of(made_id))
    return SealedTotp(id=made_id, person_id=person_id, wrapped=wrapped, made_at=at)


def unseal_totp(keys: KeyService, sealed: SealedTotp) -> str:
    """Return the secret. Raises `KeysUnusable` for one that is another's, or altered."""
    return keys.unwrap(sealed.wrapped, context=context_of(sealed.id)).decode()


def context_of(row_id: str) -> bytes:
    """Return what binds a wrap to its row, so that one that was moved to another person opens nothing."""
    return f"safelight/access/totp/{row_id}".encode()
