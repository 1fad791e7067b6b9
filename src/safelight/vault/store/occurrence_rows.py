"""The rows of evidence."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select

from safelight.database.transaction import Tx
from safelight.keys.interface import Wrapped
from safelight.vault.evidence import Evidence
from safelight.vault.store.tables import objects, occurrences


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedOccurrence:
    """Living evidence with what opens it, for who has the keys."""

    evidence: Evidence
    object_id: int
    blob_id: str
    stored_bytes: int  # by the object's row, which must agree with the evidence's own
    wrapped: Wrapped
    manifest: bytes


def add(tx: Tx, evidence: Evidence, *, object_id: int, wrapped: Wrapped, manifest: bytes) -> None:
    """Add the row of new evidence. Lock the object's row first."""
    values = {
        "id": evidence.id,
        "object_id": object_id,
        "size_bytes": evidence.size_bytes,
        "sealed_at": evidence.sealed_at,
        "key_id": wrapped.key_id,
        "wrapped_key": wrapped.data,
        "manifest": manifest,
    }
    tx.execute(insert(occurrences).values(values))


def find(tx: Tx, evidence_id: str) -> Evidence | None:
    """Return evidence, living or destroyed; None if there never was any of that id."""
    row = tx.execute(select(occurrences).where(occurrences.c.id == evidence_id)).one_or_none()
    return None if row is None else _evidence(row)


def find_sealed(tx: Tx, evidence_id: str) -> SealedOccurrence | None:
    """Return living evidence with its wrap; None if it is destroyed or never was."""
    row = tx.execute(_SEALED.where(occurrences.c.id == evidence_id)).one_or_none()
    return None if row is None else _sealed(row)


def any_sealed(tx: Tx, object_id: int) -> SealedOccurrence | None:
    """Return one of the living evidence of stored bytes."""
    row = tx.execute(_SEALED.where(occurrences.c.object_id == object_id).limit(1)).one_or_none()
    return None if row is None else _sealed(row)


_SEALED = select(occurrences, objects.c.blob_id, objects.c.size_bytes.label("stored_bytes")).join(objects)


def _evidence(row: Row[Any]) -> Evidence:
    return Evidence(id=row.id, size_bytes=row.size_bytes, sealed_at=row.sealed_at, destroyed_at=row.destroyed_at)


def _sealed(row: Row[Any]) -> SealedOccurrence:
    return SealedOccurrence(
        evidence=_evidence(row),
        object_id=row.object_id,
        blob_id=row.blob_id,
        stored_bytes=row.stored_bytes,
        wrapped=Wrapped(key_id=row.key_id, data=row.wrapped_key),
        manifest=row.manifest,
    )
