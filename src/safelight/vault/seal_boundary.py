"""The moments of sealing, of keeping a spool and of placing a blob at which a process may die."""

from enum import StrEnum


class SealBoundary(StrEnum):
    """Moments of sealing."""

    BEGUN = "begun"
    DIGEST_READY = "digest_ready"
    BLOB_WRITTEN = "blob_written"
    BLOB_PLACED = "blob_placed"
    KEYS_WRAPPED = "keys_wrapped"
    OBJECT_READY = "object_ready"
    EVIDENCE_ADDED = "evidence_added"
    EVIDENCE_HELD = "evidence_held"


class KeepBoundary(StrEnum):
    """Moments of keeping a spool for later, and of dropping it."""

    BLOB_WRITTEN = "blob_written"
    BLOB_PLACED = "blob_placed"
    KEYS_WRAPPED = "keys_wrapped"
    SPOOL_ADDED = "spool_added"
    SPOOL_DROPPED = "spool_dropped"


class BlobBoundary(StrEnum):
    """Moments of placing and removing a blob on a disk, and of writing the ledger."""

    FILE_SYNCED = "file_synced"
    FILE_COPIED = "file_copied"
    FILE_MOVED = "file_moved"
    FILE_REMOVED = "file_removed"
    RECORD_WRITTEN = "record_written"
    RECORD_LINKED = "record_linked"
