"""API keys in the database."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, or_, select, update

from safelight.access.api_key import ApiKey, NewApiKey
from safelight.access.names import name_key
from safelight.access.rate import Rate
from safelight.access.store import secret_rows
from safelight.access.store.role_rows import permissions_in, written
from safelight.access.store.tables import keys, secrets
from safelight.database.transaction import Tx


def add(tx: Tx, new: NewApiKey, at: datetime) -> int:
    """Add a key without a secret, and return its number. The caller has seen that the name is free."""
    values = {
        "name": new.name,
        "name_key": name_key(new.name),
        "role_name": new.role_name,
        "permissions": written(new.permissions),
        "bank_names": _written_banks(new.bank_names),
        "added_at": at,
        "expires_at": new.expires_at,
        **_rate_values(new.rate),
    }
    return int(tx.execute(insert(keys).values(values).returning(keys.c.id)).scalar_one())


def find_open(tx: Tx, name: str) -> ApiKey | None:
    """Return the key of a name that was not ended; it may have expired."""
    return _only(tx, keys.c.name_key == name_key(name), keys.c.ended_at.is_(None))


def find(tx: Tx, key_id: int) -> ApiKey | None:
    """Return the key of a number, whatever became of it."""
    return _only(tx, keys.c.id == key_id)


def all_keys(tx: Tx, *, with_ended: bool = False) -> list[ApiKey]:
    """Return the keys by name; those that were ended only where they are asked for."""
    question = select(keys).order_by(keys.c.name_key, keys.c.id)
    rows = tx.execute(question if with_ended else question.where(keys.c.ended_at.is_(None))).all()
    by_key = secret_rows.secrets_of(tx, [row.id for row in rows])
    return [_key(row, by_key) for row in rows]


def set_rate(tx: Tx, key_id: int, rate: Rate | None) -> None:
    """Let a key be used so often; None: as the settings say."""
    tx.execute(update(keys).where(keys.c.id == key_id).values(_rate_values(rate)))


def set_banks(tx: Tx, key_id: int, bank_names: Collection[str]) -> None:
    """Let a key be for these banks."""
    tx.execute(update(keys).where(keys.c.id == key_id).values(bank_names=_written_banks(bank_names)))


def end(tx: Tx, key_id: int, at: datetime) -> None:
    """End a key for good, and forget the digests of its secrets."""
    tx.execute(update(keys).where(keys.c.id == key_id).values(ended_at=at))
    tx.execute(update(secrets).where(secrets.c.key_id == key_id).values(digest=None))


def note_alarm(tx: Tx, key_id: int, at: datetime, *, apart: timedelta) -> bool:
    """Note an alarm about a key's look-ups; return False where there was one less than `apart` ago."""
    is_quiet = or_(keys.c.alarmed_at.is_(None), keys.c.alarmed_at <= at - apart)
    return bool(tx.execute(update(keys).where(keys.c.id == key_id, is_quiet).values(alarmed_at=at)).rowcount)


def remove_ended(tx: Tx, before: datetime) -> int:
    """Remove the keys that were ended or expired before a moment, with their secrets; return how many.

    The latest key of all stays: numbers follow it, so that none is ever given twice.
    """
    is_old = (or_(keys.c.ended_at < before, keys.c.expires_at < before), keys.c.id < _latest(tx))
    tx.execute(delete(secrets).where(secrets.c.key_id.in_(select(keys.c.id).where(*is_old))))
    return tx.execute(delete(keys).where(*is_old)).rowcount


def _latest(tx: Tx) -> int:
    return tx.execute(select(func.max(keys.c.id))).scalar() or 0


def _only(tx: Tx, *wanted: ColumnElement[bool]) -> ApiKey | None:
    row = tx.execute(select(keys).where(*wanted)).one_or_none()
    return None if row is None else _key(row, secret_rows.secrets_of(tx, [row.id]))


def _rate_values(rate: Rate | None) -> dict[str, int | None]:
    return {"per_minute": rate.per_minute, "burst": rate.burst} if rate else {"per_minute": None, "burst": None}


def _written_banks(names: Iterable[str] | None) -> str | None:
    return None if names is None else json.dumps(sorted(names))


def banks_in(kept: str | None) -> frozenset[str] | None:
    """Return the banks that are kept of a key; None: every one."""
    return None if kept is None else frozenset(json.loads(kept))


def rate_in(per_minute: int | None, burst: int | None) -> Rate | None:
    """Return the rate that is kept of a key; None: as the settings say."""
    return None if per_minute is None or burst is None else Rate(per_minute=per_minute, burst=burst)


def _key(row: Row[Any], by_key: Mapping[int, Any]) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        role_name=row.role_name,
        permissions=permissions_in(row.permissions),
        bank_names=banks_in(row.bank_names),
        added_at=row.added_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        rate=rate_in(row.per_minute, row.burst),
        alarmed_at=row.alarmed_at,
        secrets=tuple(by_key.get(row.id, ())),
    )
