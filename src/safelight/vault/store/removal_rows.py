"""Taking keys and manifests away, and the blobs that are to go after them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, exists, insert, select, update

from safelight.database.erasing import overwrite_freed
from safelight.database.transaction import Tx
from safelight.vault.store.tables import objects, occurrences, removals, spools


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A blob that nothing opens any more and that is still to be removed; `evidence_id` is None where it was none."""

    blob_id: str
    evidence_id: str | None
    since_at: datetime


def erase_keys(tx: Tx, evidence_id: str, at: datetime) -> str | None:
    """Take the key and the manifest of evidence away, for good; return the id of its blob if nothing else needs that.

    In that case the blob is noted for removal. The caller holds the lock of the evidence and knows that it lives.
    """
    overwrite_freed(tx)
    mine = occurrences.c.id == evidence_id
    object_id = tx.execute(select(occurrences.c.object_id).where(mine)).scalar_one()
    gone = {"object_id": None, "key_id": None, "wrapped_key": None, "manifest": None, "destroyed_at": at}
    tx.execute(update(occurrences).where(mine).values(gone))
    # Locked before it is asked who else needs it: a sealing of the same content may be about to.
    locked = select(objects.c.blob_id).where(objects.c.id == object_id).with_for_update()
    blob_id: str = tx.execute(locked).scalar_one()
    if tx.execute(select(exists().where(occurrences.c.object_id == object_id))).scalar_one():
        return None
    tx.execute(delete(objects).where(objects.c.id == object_id))
    tx.execute(insert(removals).values(blob_id=blob_id, evidence_id=evidence_id, since_at=at))
    return blob_id


def find_removal(tx: Tx, blob_id: str) -> Removal | None:
    """Return what is to be removed, None where it is done or never was to be."""
    row = tx.execute(select(removals).where(removals.c.blob_id == blob_id)).one_or_none()
    return None if row is None else _removal(row)


def is_needed(tx: Tx, blob_id: str) -> bool:
    """Say whether living evidence, or a scan that waits, is of these bytes."""
    is_evidence = exists().where(objects.c.blob_id == blob_id)
    is_spool = exists().where(spools.c.id == blob_id)
    return bool(tx.execute(select(is_evidence | is_spool)).scalar_one())


def waiting_removals(tx: Tx, *, before: datetime) -> list[Removal]:
    """Return the blobs that were to be removed before a moment and still are, the oldest first."""
    question = select(removals).where(removals.c.since_at < before).order_by(removals.c.since_at, removals.c.blob_id)
    return [_removal(row) for row in tx.execute(question)]


def delete_removal(tx: Tx, blob_id: str) -> bool:
    """Note that a blob is removed; False where that was noted before."""
    return tx.execute(delete(removals).where(removals.c.blob_id == blob_id)).rowcount == 1


def _removal(row: Row[Any]) -> Removal:
    return Removal(blob_id=row.blob_id, evidence_id=row.evidence_id, since_at=row.since_at)
