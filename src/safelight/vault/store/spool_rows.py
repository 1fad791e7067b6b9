"""The rows of bytes that wait to be scanned, and of blobs that nobody needs any more."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from safelight.database.erasing import overwrite_freed
from safelight.database.transaction import Tx
from safelight.keys.interface import Wrapped
from safelight.vault.store.tables import removals, spools


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedSpool:
    """Bytes that wait, with what opens them, for who has the keys. The id is that of the blob."""

    id: str
    size_bytes: int
    wrapped: Wrapped
    manifest: bytes
    kept_at: datetime


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


def remove(tx: Tx, spool_id: str) -> bool:
    """Remove the row, and with it what opens the bytes; False where somebody did it before."""
    overwrite_freed(tx)
    return tx.execute(delete(spools).where(spools.c.id == spool_id)).rowcount == 1


def leave_to_remove(tx: Tx, blob_id: str, since_at: datetime) -> None:
    """Note a blob that never was evidence and that nobody needs: it is removed after the transaction."""
    tx.execute(insert(removals).values(blob_id=blob_id, since_at=since_at))
