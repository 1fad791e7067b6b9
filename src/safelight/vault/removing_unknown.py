"""Removing sealed files that no row names: only when asked to, and only what was noted at least a day ago.

A store of blobs does not say since when it has one. The audit log does: a check notes each unknown blob when it sees
it first, and a later one removes it if it is unknown still. So a seal that is just under way is never cut off.
"""

from datetime import timedelta

from safelight.audit import log
from safelight.audit import queries as audit
from safelight.clock import Clock
from safelight.database.clock_mark import require_plausible
from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.roles import Actor
from safelight.vault.blobs.interface import BlobStore
from safelight.vault.store import check_rows

LEAST_AGE = timedelta(days=1)
"""How long ago an unknown blob must have been noted before it may be removed."""

NOTE_VERB = "note_unknown_blob"
REMOVE_VERB = "remove_unknown_blob"


def note_unknown(engine: Engine, clock: Clock, actor: Actor, blob_id: str) -> None:
    """Write into the audit log that a blob is there which no row names, unless that was written before."""
    with write(engine) as tx:
        if not audit.page_entries(tx, limit=1, target=_target(blob_id)):
            log.write(tx, clock=clock, actor=actor, verb=NOTE_VERB, target=_target(blob_id))


def remove_unknown(engine: Engine, blobs: BlobStore, clock: Clock, actor: Actor, blob_id: str) -> bool:
    """Remove a blob for good if no row names it and that was noted at least a day ago; return whether it was removed.

    The entry is written before the blob goes: what is removed is recorded whatever happens then. Raises `ClockWrong`,
    `StoreUnusable`.
    """
    with write(engine) as tx:
        now = require_plausible(tx, clock)
        noted = [entry for entry in audit.page_entries(tx, target=_target(blob_id)) if entry.verb == NOTE_VERB]
        if not noted or noted[0].at > now - LEAST_AGE or check_rows.known_blobs(tx, [blob_id]):
            return False
        log.write(tx, clock=clock, actor=actor, verb=REMOVE_VERB, target=_target(blob_id))
    return blobs.remove(blob_id)


def _target(blob_id: str) -> str:
    return f"blob:{blob_id}"
