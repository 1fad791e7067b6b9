"""The moments at which a backup or its restoring may be cut off."""

from enum import StrEnum


class BackupBoundary(StrEnum):
    """Each moment within making a backup at which a crash would matter."""

    BEGUN = "the beginning is in the audit log"
    DATABASE_DUMPED = "the database is in the file"
    BLOB_COPIED = "a blob is in the file"
    LEDGER_COPIED = "the ledger is in the file"
    SIGNED = "the end is in the file"
    WHOLE = "the file is whole and on the disk, under another name"
    NAMED = "the file has its name"


class RestoreBoundary(StrEnum):
    """Each moment within restoring a backup at which a crash would matter."""

    BEGUN = "there is a place for blobs that arrive"
    DATABASE_LOADED = "the database is loaded, and not committed"
    BLOB_ARRIVED = "a blob is in that place"
    BLOB_PLACED = "a blob is in the store"
    LEDGER_KEPT = "a record of the backup's ledger is in the store, and what it says done again, not committed"
    VERIFIED = "the whole file was read, and its signature holds"
    REPLAYED = "what was destroyed later is destroyed again, and not committed"
    COMMITTED = "the database is committed"
