"""Blobs that never were evidence and that nobody needs any more."""

from datetime import datetime

from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.jobs.queue import enqueue
from safelight.vault.destroying import REMOVE_BLOB
from safelight.vault.store import spool_rows


def leave_blob(tx: Tx, clock: Clock, blob_id: str, since_at: datetime) -> None:
    """Note a blob for removal, and enqueue the job that removes it after the transaction."""
    spool_rows.leave_to_remove(tx, blob_id, since_at)
    enqueue(tx, clock, kind=REMOVE_BLOB, args={"blob_id": blob_id}, key=f"remove:{blob_id}")
