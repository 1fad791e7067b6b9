"""Taking a list in: begun, staged unseen, then published at once, or abandoned and cleared away."""

from safelight.banks.batch import Batch, BatchState, Counts, Origin, Runner
from safelight.banks.comparison import Comparison
from safelight.banks.steps.record import note, note_batch
from safelight.banks.steps.staging import publish, require_no_import, store_rows
from safelight.banks.store import bank_rows, batch_rows, entry_rows
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.errors import ImportRunning
from safelight.roles import Actor


def begin_import(tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, origin: Origin, runner: Runner) -> int:
    """Begin an import and return the number of its batch. It holds the bank against other imports until it ends.

    Raises `NotFound`, or `ImportRunning`.
    """
    bank_rows.lock_bank(tx, bank_id)
    require_no_import(tx, bank_id)
    batch_id = batch_rows.add_batch(tx, bank_id, origin=origin, actor=actor, now=clock.now(), runner=runner)
    note(tx, clock, actor, "begin_import", bank_id, batch=batch_id, format=origin.format)
    return batch_id


def keep_alive(tx: Tx, clock: Clock, *, batch_id: int) -> None:
    """Give a sign of life. Raises `ImportRunning` when the import was taken for dead and another may run.

    No audit entry: nothing that anybody could ask about changes.
    """
    if not batch_rows.change_batch(tx, batch_id, BatchState.STAGING, heartbeat_at=clock.now()):
        raise ImportRunning("This import was taken for dead and undone. Nothing was taken. Import the list again.")


def stage_entries(tx: Tx, clock: Clock, *, bank_id: int, batch_id: int, comparison: Comparison) -> None:
    """Store rows that nobody sees until their batch is published. Raises `ImportRunning` as `keep_alive` does.

    No audit entry: publishing writes one for all.
    """
    keep_alive(tx, clock, batch_id=batch_id)
    store_rows(tx, bank_id, batch_id, comparison)


def publish_import(tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, batch_id: int, counts: Counts) -> None:
    """Make everything that was staged count, all at once: one row changes, however long the list is.

    Raises `NotFound` when the bank was deleted meanwhile, `ImportRunning` as `keep_alive` does.
    """
    bank_rows.lock_bank(tx, bank_id)
    keep_alive(tx, clock, batch_id=batch_id)
    publish(tx, clock, bank_id=bank_id, batch_id=batch_id, counts=counts)
    note_batch(tx, clock, actor, "publish_import", bank_id, batch=batch_id, counts=counts)


def abandon_import(tx: Tx, clock: Clock, actor: Actor, *, batch: Batch, reason: str) -> bool:
    """Give an import up: none of it will ever count. Return whether it was still being staged.

    Its rows are cleared afterwards, in small transactions (`clear_import`).
    """
    if not batch_rows.change_batch(tx, batch.id, BatchState.STAGING, state=BatchState.ABANDONED):
        return False
    note(tx, clock, actor, "abandon_import", batch.bank_id, reason=reason, batch=batch.id)
    return True


def clear_import(tx: Tx, *, batch_id: int, limit: int) -> bool:
    """Clear some rows of an abandoned import away; return whether all are gone.

    No audit entry: nobody ever saw them.
    """
    if entry_rows.clear_batch(tx, batch_id, limit):
        return False
    batch_rows.change_batch(tx, batch_id, BatchState.ABANDONED, state=BatchState.CLEARED)
    return True
