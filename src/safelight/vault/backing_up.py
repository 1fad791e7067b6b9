"""What a backup and its restoring ask of the vault."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from safelight.audit import log
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.roles import Actor
from safelight.vault.rewrapping import WRAPS
from safelight.vault.store import backup_rows, spool_rows


def needed_blobs(tx: Tx) -> Iterator[list[str]]:
    """Give the ids of all blobs that evidence or waiting spools need, each once and in order, list by list."""
    return backup_rows.stream_blobs(tx)


def needed_among(tx: Tx, blob_ids: Sequence[str]) -> set[str]:
    """Return which of up to a thousand blobs evidence or waiting spools need."""
    return backup_rows.stored_among(tx, blob_ids)


def needed_keys(tx: Tx) -> set[str]:
    """Return the ids of the keys without which something in the vault's tables cannot be opened."""
    return {key_id for wraps in WRAPS for key_id in wraps.counts(tx)}


def destroyed_since(tx: Tx, moment: datetime) -> list[tuple[str, datetime]]:
    """Return the ids of evidence that was destroyed at a moment or later, and when each was."""
    return backup_rows.destroyed_since(tx, moment)


def drop_lost_spool(tx: Tx, clock: Clock, actor: Actor, spool_id: str) -> bool:
    """Forget bytes that waited to be scanned, and whose blob was gone when the backup was made; False if unknown.

    They had been scanned and dropped by then: the backup's database is from the moment before.
    """
    if not spool_rows.remove(tx, spool_id):
        return False
    log.write(tx, clock=clock, actor=actor, verb="drop_lost_spool", target=f"spool:{spool_id}")
    return True
