"""Destroying evidence: its key first, in one transaction, then the record of it, then the sealed bytes.

From the first transaction on nobody can read the evidence, wherever a copy of its bytes may lie. What follows may be
interrupted anywhere, and is finished by the same calls.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.audit import log
from safelight.boundary import Reach, unwatched
from safelight.clock import Clock
from safelight.database.clock_mark import MOST_JUMP, require_plausible
from safelight.database.engine import Engine
from safelight.database.erasing import empty_log
from safelight.database.transaction import Tx, read
from safelight.errors import EvidenceHeld, NotFound
from safelight.jobs.queue import enqueue
from safelight.keys.interface import KeyService
from safelight.roles import Actor
from safelight.vault.blobs.interface import BlobStore
from safelight.vault.certificate import Certificate, certify, told_in_audit
from safelight.vault.destroy_boundary import DestroyBoundary
from safelight.vault.evidence import Evidence
from safelight.vault.hold import Hold, active, may_be_destroyed, tell_hold
from safelight.vault.holding import require_living
from safelight.vault.ledger import write_record
from safelight.vault.store import hold_rows, order_rows, removal_rows
from safelight.vault.store.removal_rows import Removal

REMOVE_BLOB = "remove_blob"
"""The job that removes sealed bytes which nothing opens any more. Its argument: `blob_id`."""

RECORD_DESTRUCTION = "record_destruction"
"""The job that records a destruction whose bytes other evidence still needs. Its argument: `evidence_id`."""

Step = Callable[[], AbstractContextManager[Tx]]
"""Gives the write transaction in which something is closed: a job's last step, or any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remover:
    """What takes bytes away: the database, the store of the blobs, the keys that sign, and the clock."""

    engine: Engine
    blobs: BlobStore
    keys: KeyService
    clock: Clock
    reach: Reach = unwatched


def destroy_key(
    tx: Tx,
    clock: Clock,
    actor: Actor,
    evidence_id: str,
    reason: str,
    *,
    most_jump: timedelta = MOST_JUMP,
    reach: Reach = unwatched,
) -> Certificate:
    """Destroy evidence: its wrapped key and its manifest are gone when this transaction is committed.

    It does so only if (1) the clock is plausible, (2) the evidence lives, (3) no hold keeps it, and (4) it was held at
    some time, or a confirmed lawful order destroys it. The evidence is locked: a hold that is added at the same moment
    either is there before and refuses this, or comes too late and is itself refused. The next job removes the bytes.

    Raises `ClockWrong`, `NotFound`, `UsageError` where it is destroyed already, `EvidenceHeld`.
    """
    now = require_plausible(tx, clock, most_jump)
    evidence = require_living(tx, evidence_id)
    holds, order = hold_rows.holds_of(tx, evidence_id), order_rows.confirmed_order(tx, evidence_id)
    _require_unheld(evidence, holds, now, is_ordered=order is not None)
    blob_id = removal_rows.erase_keys(tx, evidence_id, now)
    reach(DestroyBoundary.ERASED)
    certificate = certify(evidence, holds, order, now)
    details = told_in_audit(certificate)
    target = f"evidence:{evidence_id}"
    log.write(tx, clock=clock, actor=actor, verb="destroy_evidence", target=target, reason=reason, details=details)
    _enqueue_rest(tx, clock, evidence_id, blob_id)
    reach(DestroyBoundary.CERTIFIED)
    return certificate


def remove_blob(remover: Remover, actor: Actor, blob_id: str, *, step: Step) -> None:
    """Remove sealed bytes that are noted for removal: the record first, then the blob, then the note of it.

    May be called as often as one likes; where nothing is noted any more it only closes the step. Raises StoreUnusable,
    KeysUnusable, DatabaseUnusable: then it is to be called again. Raises EvidenceHeld, and removes nothing, where
    something living still needs the bytes.
    """
    remover.reach(DestroyBoundary.KEY_GONE)
    removal = _removable(remover.engine, blob_id)
    if removal is not None:
        if removal.evidence_id is not None:
            _record(remover, removal.evidence_id)
        remover.blobs.remove(blob_id)
        remover.reach(DestroyBoundary.BLOB_REMOVED)
    _empty_log(remover)
    with step() as tx:
        if removal is not None and removal_rows.delete_removal(tx, blob_id):
            _write_removed(tx, remover.clock, actor, removal)
        remover.reach(DestroyBoundary.CLOSED)


def record_destruction(remover: Remover, actor: Actor, evidence_id: str, *, step: Step) -> None:
    """Record in the ledger that evidence was destroyed whose bytes other evidence still needs.

    May be called as often as one likes. Raises NotFound where no such evidence was destroyed, and as `remove_blob`.
    """
    remover.reach(DestroyBoundary.KEY_GONE)
    _record(remover, evidence_id)
    _empty_log(remover)
    with step() as tx:
        target = f"evidence:{evidence_id}"
        log.write(tx, clock=remover.clock, actor=actor, verb="record_destruction", target=target)
        remover.reach(DestroyBoundary.CLOSED)


def certificate_of(tx: Tx, evidence_id: str) -> Certificate:
    """Return the certificate of a destruction. Raises `NotFound` where no such evidence was destroyed."""
    evidence = hold_rows.find_evidence(tx, evidence_id)
    if evidence is None or evidence.destroyed_at is None:
        raise NotFound(f"There is no destroyed evidence {evidence_id!r}.")
    order = order_rows.confirmed_order(tx, evidence_id)
    return certify(evidence, hold_rows.holds_of(tx, evidence_id), order, evidence.destroyed_at)


def waiting_removals(tx: Tx, *, before: datetime) -> list[Removal]:
    """Return the blobs that were to be removed before a moment and still are there, the oldest first."""
    return removal_rows.waiting_removals(tx, before=before)


def ask_removals(tx: Tx, clock: Clock) -> int:
    """See that a job is under way for every blob that is noted for removal; return how many there are.

    A job may have died, or the note may come from elsewhere: from a waiting scan that was dropped, from a backup.
    """
    waiting = removal_rows.waiting_removals(tx, before=clock.now())
    for removal in sorted(waiting, key=lambda removal: removal.blob_id):
        _ask_removal(tx, clock, removal.blob_id)
    return len(waiting)


def _ask_removal(tx: Tx, clock: Clock, blob_id: str) -> None:
    enqueue(tx, clock, kind=REMOVE_BLOB, args={"blob_id": blob_id}, key=f"remove:{blob_id}")


def _enqueue_rest(tx: Tx, clock: Clock, evidence_id: str, blob_id: str | None) -> None:
    if blob_id is None:
        key = f"record:{evidence_id}"
        enqueue(tx, clock, kind=RECORD_DESTRUCTION, args={"evidence_id": evidence_id}, key=key)
    else:
        _ask_removal(tx, clock, blob_id)


def _record(remover: Remover, evidence_id: str) -> None:
    with read(remover.engine) as tx:
        certificate = certificate_of(tx, evidence_id)
    # False where an earlier attempt wrote it: then that one, which says the same, stays.
    remover.blobs.write_ledger(evidence_id, write_record(certificate, remover.keys))
    remover.reach(DestroyBoundary.RECORDED)


def _empty_log(remover: Remover) -> None:
    empty_log(remover.engine)
    remover.reach(DestroyBoundary.LOG_EMPTIED)


def _write_removed(tx: Tx, clock: Clock, actor: Actor, removal: Removal) -> None:
    of_what = f"blob:{removal.blob_id}" if removal.evidence_id is None else f"evidence:{removal.evidence_id}"
    log.write(tx, clock=clock, actor=actor, verb="remove_blob", target=of_what, details={"blob": removal.blob_id})


def _removable(engine: Engine, blob_id: str) -> Removal | None:
    with read(engine) as tx:
        removal = removal_rows.find_removal(tx, blob_id)
        if removal is not None and removal_rows.is_needed(tx, blob_id):
            raise EvidenceHeld(
                f"Blob {blob_id} is noted for removal, but living evidence or a waiting scan needs it. Nothing was "
                "removed. This is a fault of ours: please report it, and run `safelight evidence fsck`."
            )
        return removal


def _require_unheld(evidence: Evidence, holds: list[Hold], now: datetime, *, is_ordered: bool) -> None:
    if may_be_destroyed(holds, now):
        return
    keeping = active(holds, now)
    if keeping:
        raise EvidenceHeld(
            f"Evidence {evidence.id} is held: {', '.join(map(tell_hold, keeping))}. Nothing was destroyed. It goes by "
            "itself after the last hold ends; a lawful destruction before that takes two people (`safelight hold "
            "release`)."
        )
    if not is_ordered:
        raise EvidenceHeld(
            f"Evidence {evidence.id} was never held by anything, which should not be. Nothing was destroyed. Look into "
            "it (`safelight evidence fsck`), then hold it, or order its destruction (`safelight hold release`)."
        )
