"""What a check of the vault asks the tables, page by page."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from safelight.database.parts import in_parts
from safelight.database.transaction import Tx
from safelight.vault.store.tables import holds, objects, occurrences, removals, spools


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """Bytes that are stored once, whatever number of evidence has them."""

    id: int
    blob_id: str
    size_bytes: int
    content_digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRow:
    """The row of one sealing, without its secrets: which of them are there, and how many holds it ever had."""

    id: str
    object_id: int | None
    size_bytes: int
    object_size_bytes: int | None
    key_id: str | None
    has_key: bool
    has_manifest: bool
    is_destroyed: bool
    holds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSpool:
    """The row of bytes that wait to be scanned."""

    id: str
    size_bytes: int
    key_id: str


def page_objects(tx: Tx, *, after_id: int, limit: int) -> list[StoredObject]:
    """Return objects by number."""
    question = select(objects).where(objects.c.id > after_id).order_by(objects.c.id).limit(limit)
    return [
        StoredObject(id=row.id, blob_id=row.blob_id, size_bytes=row.size_bytes, content_digest=row.content_digest)
        for row in tx.execute(question)
    ]


def unused_objects(tx: Tx, object_ids: Collection[int]) -> set[int]:
    """Return which of these objects no evidence has."""
    used = {
        found
        for part in in_parts(list(object_ids))
        for found in tx.execute(
            select(occurrences.c.object_id).where(occurrences.c.object_id.in_(part)).distinct()
        ).scalars()
    }
    return set(object_ids) - used


def has_object(tx: Tx, object_id: int) -> bool:
    """Whether an object is still there."""
    return tx.execute(select(objects.c.id).where(objects.c.id == object_id)).first() is not None


def page_sealings_of(tx: Tx, object_id: int, *, after_id: str, limit: int) -> list[tuple[str, str | None]]:
    """Return the ids of the whole evidence that has these bytes, in their order, and of the key that each needs."""
    columns = select(occurrences.c.id, occurrences.c.key_id)
    is_whole = occurrences.c.wrapped_key.is_not(None) & occurrences.c.manifest.is_not(None)
    question = columns.where(occurrences.c.object_id == object_id, occurrences.c.id > after_id, is_whole)
    return [(row.id, row.key_id) for row in tx.execute(question.order_by(occurrences.c.id).limit(limit))]


def page_sealings(tx: Tx, *, after_id: str, limit: int) -> list[SealedRow]:
    """Return the rows of evidence by id, whatever became of it."""
    held = select(func.count()).where(holds.c.evidence_id == occurrences.c.id, holds.c.released_at.is_(None))
    question = (
        select(
            occurrences.c.id,
            occurrences.c.object_id,
            occurrences.c.size_bytes,
            objects.c.size_bytes.label("object_size_bytes"),
            occurrences.c.key_id,
            occurrences.c.wrapped_key.is_not(None).label("has_key"),
            occurrences.c.manifest.is_not(None).label("has_manifest"),
            occurrences.c.destroyed_at.is_not(None).label("is_destroyed"),
            held.scalar_subquery().label("holds"),
        )
        .join_from(occurrences, objects, objects.c.id == occurrences.c.object_id, isouter=True)
        .where(occurrences.c.id > after_id)
        .order_by(occurrences.c.id)
        .limit(limit)
    )
    return [SealedRow(**row) for row in tx.execute(question).mappings()]


def page_spools(tx: Tx, *, after_id: str, limit: int) -> list[KeptSpool]:
    """Return the rows of bytes that wait to be scanned, by id."""
    question = select(spools.c.id, spools.c.size_bytes, spools.c.key_id).where(spools.c.id > after_id)
    return [KeptSpool(**row) for row in tx.execute(question.order_by(spools.c.id).limit(limit)).mappings()]


def has_spool(tx: Tx, spool_id: str) -> bool:
    """Whether bytes still wait to be scanned."""
    return tx.execute(select(spools.c.id).where(spools.c.id == spool_id)).first() is not None


def known_blobs(tx: Tx, blob_ids: Collection[str]) -> set[str]:
    """Return which of these blobs some row names: as evidence, as waiting to be scanned, or as waiting for removal."""
    columns = (objects.c.blob_id, spools.c.id, removals.c.blob_id)
    return {
        found
        for part in in_parts(list(blob_ids))
        for column in columns
        for found in tx.execute(select(column).where(column.in_(part))).scalars()
    }


def old_removals(tx: Tx, before: datetime) -> Iterator[str]:
    """Give the blobs that have waited for removal since before a moment."""
    yield from tx.execute(
        select(removals.c.blob_id).where(removals.c.since_at < before).order_by(removals.c.since_at)
    ).scalars()


def living(tx: Tx, evidence_ids: Collection[str]) -> set[str]:
    """Return which of these is living evidence."""
    question = select(occurrences.c.id).where(occurrences.c.destroyed_at.is_(None))
    return {
        found
        for part in in_parts(list(evidence_ids))
        for found in tx.execute(question.where(occurrences.c.id.in_(part))).scalars()
    }


def page_destroyed(tx: Tx, *, before: datetime, after_id: str, limit: int) -> list[str]:
    """Return the ids of evidence that was destroyed before a moment, in their order."""
    question = select(occurrences.c.id).where(occurrences.c.destroyed_at < before, occurrences.c.id > after_id)
    return list(tx.execute(question.order_by(occurrences.c.id).limit(limit)).scalars())
