"""The moments inside a destruction at which a crash matters."""

from enum import StrEnum


class DestroyBoundary(StrEnum):
    """In the order in which they are reached. Up to `CERTIFIED` a crash leaves evidence whole, then destroyed."""

    ERASED = "erased"
    """Key and manifest are taken away in the transaction that is still open."""
    CERTIFIED = "certified"
    """The certificate and the next job are in the same transaction, which is about to be committed."""
    KEY_GONE = "key_gone"
    """That transaction is committed: nobody can read the evidence any more."""
    RECORDED = "recorded"
    """The signed record lies in the ledger beside the blobs."""
    BLOB_REMOVED = "blob_removed"
    """The sealed bytes are gone too."""
    LOG_EMPTIED = "log_emptied"
    """The database's write-ahead log holds no older copy of the key."""
    CLOSED = "closed"
    """That all is done is written down in the transaction that is about to be committed."""
