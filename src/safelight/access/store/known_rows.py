"""The one question that a secret costs that was not seen before."""

import hmac
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select

from safelight.access.known import Known
from safelight.access.role import BUILT_IN
from safelight.access.store.key_rows import banks_in, rate_in
from safelight.access.store.mark_rows import NEVER
from safelight.access.store.role_rows import permissions_in
from safelight.access.store.tables import keys, mark, roles, secrets
from safelight.database.transaction import Tx
from safelight.roles import Actor, ActorKind, Permission


def find_known(tx: Tx, digest: bytes) -> tuple[str, Known | None]:
    """Return the mark, and what is known of the secret of this digest; None for one that counts for nothing.

    It is one question, found by an index, whether the secret is known or not. Whether it has ended by time, the caller
    sees from `ends_at`.
    """
    question = (
        select(
            mark.c.token,
            secrets.c.id.label("secret_id"),
            secrets.c.digest,
            secrets.c.ends_at,
            keys.c.id.label("key_id"),
            *(keys.c[name] for name in ("name", "role_name", "bank_names", "expires_at", "per_minute", "burst")),
            keys.c.permissions.label("own_permissions"),
            roles.c.permissions.label("role_permissions"),
        )
        .select_from(mark)
        .outerjoin(secrets, secrets.c.digest == digest)
        .outerjoin(keys, and_(keys.c.id == secrets.c.key_id, keys.c.ended_at.is_(None)))
        .outerjoin(roles, roles.c.name == keys.c.role_name)
    )
    row = tx.execute(question).one_or_none()
    if row is None:
        return NEVER, None
    if row.key_id is None or not hmac.compare_digest(row.digest, digest):
        return row.token, None
    return row.token, _known(row)


def _known(row: Any) -> Known:
    actor = Actor(
        kind=ActorKind.SERVICE,
        name=row.name,
        permissions=_permissions(row),
        bank_names=banks_in(row.bank_names),
        key_id=row.key_id,
    )
    return Known(
        secret_id=row.secret_id,
        actor=actor,
        ends_at=_earlier(row.ends_at, row.expires_at),
        rate=rate_in(row.per_minute, row.burst),
    )


def _permissions(row: Any) -> frozenset[Permission]:
    """Return what a key may do: by its role as it was made or edited, as it came, or by permissions of its own."""
    if row.role_name is None:
        return permissions_in(row.own_permissions)
    if row.role_permissions is not None:
        return permissions_in(row.role_permissions)
    return BUILT_IN.get(row.role_name, frozenset())


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return min(one, other)
