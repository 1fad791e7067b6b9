"""Checking the vault without opening anything: rows by themselves, and against the blobs both ways.

Everything goes page by page, so that memory does not grow with the vault. The system may go on working
meanwhile: what looks wrong is looked at once more, for it may just have been destroyed. Nothing is repaired.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.errors import BlobMissing
from safelight.keys.interface import KeyService
from safelight.vault.blobs.interface import BlobStore
from safelight.vault.chunks import sealed_size
from safelight.vault.finding import Finding, FindingKind
from safelight.vault.store import check_rows
from safelight.vault.store.check_rows import SealedRow

PAGE = 500
"""Rows, blobs or records that are looked at together."""

PATIENCE = timedelta(days=1)
"""How long a removal may wait before it is a finding."""


def check_rows_alone(engine: Engine, keys: KeyService, clock: Clock) -> Iterator[Finding]:
    """Give what is wrong with the rows of evidence by themselves: inconsistent, unheld, of a missing key, left over."""
    key_ids = frozenset(keys.describe().key_ids)
    after_id = ""
    while True:
        with read(engine) as tx:
            page = check_rows.page_sealings(tx, after_id=after_id, limit=PAGE)
        if not page:
            break
        for row in page:
            yield from _check_sealing(row, key_ids)
        after_id = page[-1].id
    with read(engine) as tx:
        left = list(islice(check_rows.old_removals(tx, clock.now() - PATIENCE), PAGE))
    for blob_id in left:
        yield Finding(kind=FindingKind.REMOVAL_LEFT, subject=f"blob:{blob_id}")


def _check_sealing(row: SealedRow, key_ids: frozenset[str]) -> Iterator[Finding]:
    subject = f"evidence:{row.id}"
    held = (row.has_key, row.has_manifest, row.key_id is not None, row.object_id is not None)
    if any(held) if row.is_destroyed else not all(held):
        yield Finding(kind=FindingKind.ROW_INCONSISTENT, subject=subject)
    if row.is_destroyed:
        return
    if row.object_size_bytes is not None and row.object_size_bytes != row.size_bytes:
        yield Finding(kind=FindingKind.ROW_INCONSISTENT, subject=subject, detail="two sizes are recorded")
    if row.key_id is not None and row.key_id not in key_ids:
        yield Finding(kind=FindingKind.KEY_MISSING, subject=subject, detail=f"key {row.key_id}")
    if not row.holds:
        yield Finding(kind=FindingKind.NOT_HELD, subject=subject)


def check_stored(engine: Engine, blobs: BlobStore) -> Iterator[Finding]:
    """Give what is wrong between rows and blobs: blobs that are missing, of another size, or that no row names.

    Raises `StoreUnusable` where the store cannot be asked: that is no finding about each of its blobs.
    """
    yield from _check_objects(engine, blobs)
    yield from _check_spools(engine, blobs)
    for blob_id in unknown_blobs(engine, blobs):
        yield Finding(kind=FindingKind.BLOB_UNKNOWN, subject=f"blob:{blob_id}")


def unknown_blobs(engine: Engine, blobs: BlobStore) -> Iterator[str]:
    """Give the blobs that no row names, neither now nor when they were listed.

    The list comes first: what is sealed meanwhile has its row by then. What was removed meanwhile is no blob any more.
    """
    listed = iter(blobs.blob_ids())
    while page := list(islice(listed, PAGE)):
        with read(engine) as tx:
            known = check_rows.known_blobs(tx, page)
        yield from (blob_id for blob_id in page if blob_id not in known and _stored_size(blobs, blob_id) is not None)


def _check_objects(engine: Engine, blobs: BlobStore) -> Iterator[Finding]:
    after_id = 0
    while True:
        with read(engine) as tx:
            page = check_rows.page_objects(tx, after_id=after_id, limit=PAGE)
            unused = check_rows.unused_objects(tx, [each.id for each in page])
        if not page:
            return
        for each in page:
            if each.id in unused:
                yield Finding(kind=FindingKind.OBJECT_UNUSED, subject=f"object:{each.id}")
            for found in _check_blob(blobs, each.blob_id, each.size_bytes, f"object:{each.id}"):
                with read(engine) as tx:
                    is_there = check_rows.has_object(tx, each.id)
                if is_there:
                    yield found
        after_id = page[-1].id


def _check_spools(engine: Engine, blobs: BlobStore) -> Iterator[Finding]:
    after_id = ""
    while True:
        with read(engine) as tx:
            page = check_rows.page_spools(tx, after_id=after_id, limit=PAGE)
        if not page:
            return
        for each in page:
            for found in _check_blob(blobs, each.id, each.size_bytes, f"spool:{each.id}"):
                with read(engine) as tx:
                    is_there = check_rows.has_spool(tx, each.id)
                if is_there:
                    yield found
        after_id = page[-1].id


def _check_blob(blobs: BlobStore, blob_id: str, size_bytes: int, subject: str) -> Iterator[Finding]:
    stored, sealed = _stored_size(blobs, blob_id), sealed_size(size_bytes)
    if stored is None:
        yield Finding(kind=FindingKind.BLOB_MISSING, subject=subject, detail=f"blob {blob_id}")
    elif stored != sealed:
        detail = f"blob {blob_id} has {stored} bytes, sealed were {sealed}"
        yield Finding(kind=FindingKind.BLOB_RESIZED, subject=subject, detail=detail)


def _stored_size(blobs: BlobStore, blob_id: str) -> int | None:
    try:
        with blobs.open(blob_id) as blob:
            return blob.size_bytes
    except BlobMissing:
        return None
