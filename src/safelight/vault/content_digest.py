"""Content digests: by them the vault knows content again, and nobody does who has the database alone."""

import hashlib
import hmac
import secrets

from safelight.audit import log
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.keys.interface import KeyService
from safelight.roles import Actor, ActorKind
from safelight.vault.sealable import require_kept_key
from safelight.vault.store import secret_rows
from safelight.vault.wrap_context import secret_context

SECRET_NAME = "content-digest"  # noqa: S105 - the name of the secret, not the secret
_SECRET_BYTES = 32
_VAULT = Actor(kind=ActorKind.SERVICE, name="vault")


def digest_content(secret: bytes, sha256: bytes) -> bytes:
    """Return the digest by which content is known again: HMAC-SHA-256 of its SHA-256."""
    return hmac.digest(secret, sha256, hashlib.sha256)


def digest_secret(engine: Engine, keys: KeyService, clock: Clock) -> bytes:
    """Return the vault's secret for content digests, made when it is first needed. Call `require_exported` first.

    Of several processes that make it at once, all get the one that was committed. Raises KeysUnusable, and
    PreparedStale where a key is being retired at this very moment.
    """
    with read(engine) as tx:
        wrapped = secret_rows.find(tx, SECRET_NAME)
    if wrapped is None:
        _make_secret(engine, keys, clock)
        with read(engine) as tx:
            wrapped = secret_rows.find(tx, SECRET_NAME)
        if wrapped is None:  # pragma: no cover - nothing removes it
            raise AssertionError("the secret that was just made is gone")
    return keys.unwrap(wrapped, context=secret_context(SECRET_NAME))


def _make_secret(engine: Engine, keys: KeyService, clock: Clock) -> None:
    wrapped = keys.wrap(secrets.token_bytes(_SECRET_BYTES), context=secret_context(SECRET_NAME))
    with write(engine) as tx:
        if secret_rows.add(tx, SECRET_NAME, wrapped):
            require_kept_key(keys, wrapped)
            log.write(tx, clock=clock, actor=_VAULT, verb="make_secret", target=f"secret:{SECRET_NAME}")
