"""Remembered verdicts in the database."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, exists, insert, select, update

from safelight.database.erasing import overwrite_freed
from safelight.database.parts import in_parts
from safelight.database.transaction import Tx
from safelight.review.memory import Memory
from safelight.review.store.tables import decisions, memories


def add(tx: Tx, *, media_key: bytes, decision_id: int, now: datetime, expires_at: datetime) -> int:
    """Remember a verdict and return its number."""
    values = {"media_key": media_key, "decision_id": decision_id, "remembered_at": now, "expires_at": expires_at}
    return int(tx.execute(insert(memories).values(values).returning(memories.c.id)).scalar_one())


def live(tx: Tx, media_keys: Collection[bytes], now: datetime) -> dict[bytes, Memory]:
    """Return the last verdict remembered of each of these that counts at this moment."""
    found: dict[bytes, Memory] = {}
    for part in in_parts(sorted(set(media_keys))):
        counts = (memories.c.media_key.in_(part), memories.c.expires_at > now, memories.c.overturned_at.is_(None))
        for row in tx.execute(select(memories).where(*counts).order_by(memories.c.id)):
            found[row.media_key] = _memory(row)
    return found


def every_of(tx: Tx, media_key: bytes) -> list[Memory]:
    """Return all verdicts remembered of the same bytes that were not overturned, also those that expired."""
    question = select(memories).where(memories.c.media_key == media_key, memories.c.overturned_at.is_(None))
    return [_memory(row) for row in tx.execute(question.order_by(memories.c.id))]


def find(tx: Tx, memory_id: int) -> Memory | None:
    """Return a remembered verdict."""
    row = tx.execute(select(memories).where(memories.c.id == memory_id)).one_or_none()
    return None if row is None else _memory(row)


def overturn(tx: Tx, memory_ids: Collection[int], now: datetime) -> None:
    """Let remembered verdicts count no longer."""
    tx.execute(update(memories).where(memories.c.id.in_(list(memory_ids))).values(overturned_at=now))


def forget(tx: Tx, now: datetime) -> int:
    """Remove the verdicts that expired, and return how many; of those that a decision stands on, only the key goes."""
    overwrite_freed(tx)
    is_used = exists().where(decisions.c.memory_id == memories.c.id)
    tx.execute(update(memories).where(memories.c.expires_at <= now, is_used).values(media_key=b""))
    gone: int = tx.execute(delete(memories).where(memories.c.expires_at <= now, ~is_used)).rowcount
    return gone


def _memory(row: Row[Any]) -> Memory:
    return Memory(
        id=row.id,
        decision_id=row.decision_id,
        remembered_at=row.remembered_at,
        expires_at=row.expires_at,
        overturned_at=row.overturned_at,
        media_key=row.media_key,
    )
