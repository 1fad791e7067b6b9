"""Destroying again, in a database that was restored, what had been destroyed after the backup was made."""

from datetime import datetime

from safelight.audit import log
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.jobs.queue import enqueue
from safelight.roles import Actor
from safelight.vault.destroying import RECORD_DESTRUCTION, REMOVE_BLOB
from safelight.vault.store import hold_rows, removal_rows


def replay_destruction(tx: Tx, clock: Clock, actor: Actor, *, evidence_id: str, destroyed_at: datetime) -> bool:
    """Take the key and the manifest of evidence away that was destroyed at that moment already.

    Returns whether it lived in this database. Its blob goes by the next job, unless other evidence needs it. Holds are
    not asked again: the destruction was lawful when it happened, and cannot be undone. The caller has checked the
    signature of who says that it happened.
    """
    evidence = hold_rows.lock_evidence(tx, evidence_id)
    if evidence is None or evidence.is_destroyed:
        return False
    blob_id = removal_rows.erase_keys(tx, evidence_id, destroyed_at)
    if blob_id is None:
        enqueue(tx, clock, kind=RECORD_DESTRUCTION, args={"evidence_id": evidence_id}, key=f"record:{evidence_id}")
    else:
        enqueue(tx, clock, kind=REMOVE_BLOB, args={"blob_id": blob_id}, key=f"remove:{blob_id}")
    log.write(
        tx,
        clock=clock,
        actor=actor,
        verb="replay_destruction",
        target=f"evidence:{evidence_id}",
        reason="It was destroyed after the backup was made that this database was restored from.",
        details={"destroyed_at": destroyed_at.isoformat()},
    )
    return True
