"""The rows of bytes that wait to be scanned, and of blobs that nobody needs any more."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, tuple_, update

from safelight.database.erasing import overwrite_freed
from safelight.database.transaction import Tx
from safelight.keys.interface import Wrapped
from safelight.vault.listing import KeptFacts, KeptTotals
from safelight.vault.store.tables import removals, spools


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedSpool:
    """Bytes that wait, with what opens them, for who has the keys. The id is that of the blob."""

    id: str
    size_bytes: int
    wrapped: Wrapped
    manifest: bytes
    kept_at: datetime


_FACTS: Select[Any] = select(spools.c.id, spools.c.size_bytes, spools.c.kept_at, spools.c.held_at, spools.c.held_for)


def add(tx: Tx, spool: SealedSpool) -> None:
    """Add the row of bytes that wait."""
    values = {
        "id": spool.id,
        "size_bytes": spool.size_bytes,
        "key_id": spool.wrapped.key_id,
        "wrapped_key": spool.wrapped.data,
        "manifest": spool.manifest,
        "kept_at": spool.kept_at,
    }
    tx.execute(insert(spools).values(values))


def find(tx: Tx, spool_id: str) -> SealedSpool | None:
    """Return the bytes that wait under that id."""
    row = tx.execute(select(spools).where(spools.c.id == spool_id)).one_or_none()
    if row is None:
        return None
    return SealedSpool(
        id=row.id,
        size_bytes=row.size_bytes,
        wrapped=Wrapped(key_id=row.key_id, data=row.wrapped_key),
        manifest=row.manifest,
        kept_at=row.kept_at,
    )


def hold(tx: Tx, spool_id: str, held_for: str, at: datetime) -> bool:
    """Note that bytes could not be scanned, and why; False where they are gone."""
    values = {"held_at": at, "held_for": held_for}
    return tx.execute(update(spools).where(spools.c.id == spool_id).values(values)).rowcount == 1


def unhold(tx: Tx, spool_id: str) -> bool:
    """Note that bytes wait for a scan again; False where they are gone."""
    values = {"held_at": None, "held_for": None}
    return tx.execute(update(spools).where(spools.c.id == spool_id).values(values)).rowcount == 1


def lock(tx: Tx, spool_id: str) -> KeptFacts | None:
    """Return what lists show of bytes that wait or are held, locked until the transaction ends."""
    row = tx.execute(_FACTS.where(spools.c.id == spool_id).with_for_update()).one_or_none()
    return None if row is None else _facts(row)


def find_facts(tx: Tx, spool_id: str) -> KeptFacts | None:
    """Return what lists show of bytes that wait or are held."""
    row = tx.execute(_FACTS.where(spools.c.id == spool_id)).one_or_none()
    return None if row is None else _facts(row)


def page(
    tx: Tx, *, after: KeptFacts | None, limit: int, is_held: bool | None, held_for: str | None, before: datetime | None
) -> list[KeptFacts]:
    """Return bytes that wait or are held, the oldest first."""
    question = _FACTS.order_by(spools.c.kept_at, spools.c.id).limit(limit)
    if after is not None:
        question = question.where(tuple_(spools.c.kept_at, spools.c.id) > (after.kept_at, after.id))
    if is_held is not None:
        question = question.where(spools.c.held_at.is_not(None) if is_held else spools.c.held_at.is_(None))
    if held_for is not None:
        question = question.where(spools.c.held_for == held_for)
    if before is not None:
        question = question.where(spools.c.kept_at < before)
    return [_facts(row) for row in tx.execute(question)]


def totals(tx: Tx) -> tuple[int, int]:
    """Return how many media wait or are held, and how many bytes those are."""
    row = tx.execute(select(func.count(), func.coalesce(func.sum(spools.c.size_bytes), 0)).select_from(spools)).one()
    return int(row[0]), int(row[1])


def totals_by_reason(tx: Tx) -> dict[str, KeptTotals]:
    """Return how much is held for each reason, and under "" how much waits."""
    media, size, oldest = func.count(), func.sum(spools.c.size_bytes), func.min(spools.c.kept_at)
    question = select(spools.c.held_for, media, size, oldest).group_by(spools.c.held_for)
    return {
        held_for or "": KeptTotals(media=int(count), size_bytes=int(total), oldest_at=oldest_at)
        for held_for, count, total, oldest_at in tx.execute(question)
    }


def remove(tx: Tx, spool_id: str) -> bool:
    """Remove the row, and with it what opens the bytes; False where somebody did it before."""
    overwrite_freed(tx)
    return tx.execute(delete(spools).where(spools.c.id == spool_id)).rowcount == 1


def leave_to_remove(tx: Tx, blob_id: str, since_at: datetime) -> None:
    """Note a blob that never was evidence and that nobody needs: it is removed after the transaction."""
    tx.execute(insert(removals).values(blob_id=blob_id, since_at=since_at))


def _facts(row: Row[Any]) -> KeptFacts:
    return KeptFacts(
        id=row.id, size_bytes=row.size_bytes, kept_at=row.kept_at, held_at=row.held_at, held_for=row.held_for or ""
    )
