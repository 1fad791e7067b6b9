"""The rows of stored bytes: one for each content."""

from dataclasses import dataclass

from sqlalchemy import select

from safelight.database.transaction import Tx
from safelight.database.upsert import insert_into
from safelight.vault.store.tables import objects


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """Bytes that the vault has."""

    id: int
    blob_id: str
    size_bytes: int


def find(tx: Tx, content_digest: bytes) -> StoredObject | None:
    """Return the stored bytes of that content, if the vault has any."""
    columns = (objects.c.id, objects.c.blob_id, objects.c.size_bytes)
    row = tx.execute(select(*columns).where(objects.c.content_digest == content_digest)).one_or_none()
    return None if row is None else StoredObject(id=row.id, blob_id=row.blob_id, size_bytes=row.size_bytes)


def lock(tx: Tx, object_id: int) -> bool:
    """Keep the row as it is until the transaction ends; False where it is gone, waiting for whoever takes it away.

    Who adds an occurrence and who destroys one both do this first, so that neither misses the other.
    """
    return tx.execute(select(objects.c.id).where(objects.c.id == object_id).with_for_update()).first() is not None


def add(tx: Tx, *, content_digest: bytes, blob_id: str, size_bytes: int) -> int | None:
    """Add a row and return its number; None where there is one of that content. Waits for who adds it just now."""
    values = {"content_digest": content_digest, "blob_id": blob_id, "size_bytes": size_bytes}
    statement = insert_into(tx, objects).values(values).on_conflict_do_nothing(index_elements=["content_digest"])
    number: int | None = tx.execute(statement.returning(objects.c.id)).scalar_one_or_none()
    return number
