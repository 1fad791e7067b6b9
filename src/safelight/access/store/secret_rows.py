"""The secrets of API keys in the database: digests, ends and uses."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, case, insert, or_, select, update

from safelight.access.api_key import Secret
from safelight.access.store.tables import secrets
from safelight.database.moment import Moment
from safelight.database.parts import in_parts
from safelight.database.transaction import Tx

Uses = Mapping[int, tuple[int, datetime]]
"""By the number of a secret: how often it was used, and when last."""


def add(tx: Tx, key_id: int, digest: bytes, at: datetime) -> int:
    """Add a secret of a key by its digest, and return its number."""
    values = {"key_id": key_id, "digest": digest, "added_at": at, "use_count": 0}
    return int(tx.execute(insert(secrets).values(values).returning(secrets.c.id)).scalar_one())


def end_others(tx: Tx, key_id: int, *, but: int, at: datetime) -> None:
    """Let every secret of a key but one end at a moment, unless it ends sooner."""
    later = or_(secrets.c.ends_at.is_(None), secrets.c.ends_at > at)
    tx.execute(update(secrets).where(secrets.c.key_id == key_id, secrets.c.id != but, later).values(ends_at=at))


def forget_ended(tx: Tx, key_id: int, now: datetime) -> None:
    """Forget the digests of a key's secrets that have ended."""
    tx.execute(update(secrets).where(secrets.c.key_id == key_id, secrets.c.ends_at <= now).values(digest=None))


def secrets_of(tx: Tx, key_ids: Sequence[int]) -> dict[int, list[Secret]]:
    """Return the secrets of keys, by key, the oldest first."""
    found: dict[int, list[Secret]] = defaultdict(list)
    for part in in_parts(key_ids):
        for row in tx.execute(select(secrets).where(secrets.c.key_id.in_(part)).order_by(secrets.c.id)):
            secret = Secret(
                id=row.id,
                added_at=row.added_at,
                ends_at=row.ends_at,
                use_count=row.use_count,
                last_used_at=row.last_used_at,
            )
            found[row.key_id].append(secret)
    return found


def add_uses(tx: Tx, uses: Uses) -> None:
    """Add uses to secrets, in the order of their numbers. One that is gone is passed over."""
    count, last = bindparam("count", type_=BigInteger), bindparam("last", type_=Moment)
    is_later = or_(secrets.c.last_used_at.is_(None), secrets.c.last_used_at < last)
    statement = (
        update(secrets)
        .where(secrets.c.id == bindparam("number"))
        .values(
            use_count=secrets.c.use_count + count, last_used_at=case((is_later, last), else_=secrets.c.last_used_at)
        )
    )
    rows = [{"number": number, "count": uses[number][0], "last": uses[number][1]} for number in sorted(uses)]
    if rows:
        tx.execute(statement, rows)
