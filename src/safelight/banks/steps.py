"""What changes banks and their entries: one function, one change, one audit entry. Called only by `flow`.

Every change that alters what matches makes the bank's version grow, so that whoever matches knows to load it again.
"""

from collections.abc import Iterable
from datetime import datetime

from safelight.audit import log
from safelight.banks.bank import check_bank_name, check_threshold
from safelight.banks.batch import Batch, BatchState, Counts, Origin, Runner
from safelight.banks.comparison import Comparison, compare
from safelight.banks.entry import NewEntry, StagedRow, check_moment, moment_text, staged_row
from safelight.banks.store import bank_rows, batch_rows, entry_rows
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.errors import ImportRunning, InvalidValue
from safelight.roles import Actor

BY_HAND = Origin(name="by hand", format="entry")
"""The provenance of entries that a person added one by one."""


def create_bank(tx: Tx, clock: Clock, actor: Actor, *, name: str, reason: str = "") -> int:
    """Create an enabled bank and return its number. Raises `InvalidValue` or `AlreadyExists` for the name."""
    check_bank_name(name)
    bank_id = bank_rows.add_bank(tx, name=name, now=clock.now())
    _note(tx, clock, actor, "create_bank", bank_id, reason=reason, name=name)
    return bank_id


def rename_bank(tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, name: str, reason: str = "") -> None:
    """Give a bank another name. Raises `NotFound`, `InvalidValue` or `AlreadyExists`."""
    check_bank_name(name)
    bank_rows.rename_bank(tx, bank_id, name)
    _note(tx, clock, actor, "rename_bank", bank_id, reason=reason, name=name)


def enable_bank(tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, reason: str = "") -> None:
    """Let a bank's entries match. Raises `NotFound`."""
    bank_rows.alter_bank(tx, bank_id, is_enabled=True)
    _note(tx, clock, actor, "enable_bank", bank_id, reason=reason)


def disable_bank(tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, reason: str = "") -> None:
    """Stop a bank's entries from matching. Raises `NotFound`."""
    bank_rows.alter_bank(tx, bank_id, is_enabled=False)
    _note(tx, clock, actor, "disable_bank", bank_id, reason=reason)


def delete_bank(tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, reason: str = "") -> None:
    """Delete a bank: its entries stop matching at once and its name is free. Its rows stay as a tombstone.

    Raises `NotFound`.
    """
    bank_rows.alter_bank(tx, bank_id, deleted_at=clock.now())
    _note(tx, clock, actor, "delete_bank", bank_id, reason=reason)


def set_threshold(
    tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, signal_type: str, distance: int, reason: str = ""
) -> None:
    """Set the distance at or under which entries of a type match. Raises `NotFound` or `InvalidValue`."""
    check_threshold(signal_type, distance)
    bank_rows.alter_bank(tx, bank_id)
    bank_rows.put_threshold(tx, bank_id, signal_type, distance)
    _note(tx, clock, actor, "set_threshold", bank_id, reason=reason, signal_type=signal_type, distance=distance)


def add_entries(
    tx: Tx,
    clock: Clock,
    actor: Actor,
    *,
    bank_id: int,
    entries: Iterable[NewEntry],
    origin: Origin = BY_HAND,
    reason: str = "",
) -> Counts:
    """Add entries at once, replacing those of the same identity that differ, and say what was done.

    Entries that were taken out by hand come back: a person says so. They are no import for the same reason.
    Raises `NotFound`, `InvalidValue`, or `ImportRunning` while a list is being imported into the bank.
    """
    bank_rows.lock_bank(tx, bank_id)
    _require_no_import(tx, bank_id)
    rows = [staged_row(entry) for entry in entries]
    distinct = {row.identity: row for row in rows}
    batch_id = batch_rows.add_batch(tx, bank_id, origin=origin, actor=actor, now=clock.now(), runner=None)
    comparison = compare(list(distinct.values()), entry_rows.current_rows(tx, bank_id, list(distinct)))
    _store(tx, bank_id, batch_id, comparison)
    counts = comparison.counts + Counts(duplicates=len(rows) - len(distinct))
    batch_rows.publish_batch(tx, batch_id, counts, clock.now())
    if counts.alters_bank:
        bank_rows.alter_bank(tx, bank_id)
    _note(tx, clock, actor, "add_entries", bank_id, reason=reason, batch=batch_id, **counts.as_details())
    return counts


def disable_entry(
    tx: Tx, clock: Clock, actor: Actor, *, entry_id: int, until: datetime | None = None, reason: str = ""
) -> None:
    """Stop one entry from matching until a time, or for good.

    Raises `NotFound`, or `InvalidValue` for a time that is past or that cannot be stored.
    """
    if until is not None:
        check_moment(until)
        if until <= clock.now():
            raise InvalidValue("An entry is disabled until a time in the future.")
    bank_id = entry_rows.switch_entry(tx, entry_id, is_disabled=True, until=until)
    bank_rows.alter_bank(tx, bank_id)
    _note(tx, clock, actor, "disable_entry", bank_id, reason=reason, entry=entry_id, until=str(until or "for good"))


def enable_entry(tx: Tx, clock: Clock, actor: Actor, *, entry_id: int, reason: str = "") -> None:
    """Let a disabled entry match again. Raises `NotFound`."""
    bank_id = entry_rows.switch_entry(tx, entry_id, is_disabled=False, until=None)
    bank_rows.alter_bank(tx, bank_id)
    _note(tx, clock, actor, "enable_entry", bank_id, reason=reason, entry=entry_id)


def remove_entry(tx: Tx, clock: Clock, actor: Actor, *, entry_id: int, reason: str = "") -> None:
    """Take one entry out of its bank, leaving a tombstone. Raises `NotFound`.

    A later import that lists it under the same key with the same value does not bring it back; adding it by hand does.
    """
    bank_id = entry_rows.withdraw_entry(tx, entry_id, clock.now())
    bank_rows.alter_bank(tx, bank_id)
    _note(tx, clock, actor, "remove_entry", bank_id, reason=reason, entry=entry_id)


def begin_import(tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, origin: Origin, runner: Runner) -> int:
    """Begin an import and return the number of its batch. It holds the bank against other imports until it ends.

    Raises `NotFound`, or `ImportRunning`.
    """
    bank_rows.lock_bank(tx, bank_id)
    _require_no_import(tx, bank_id)
    batch_id = batch_rows.add_batch(tx, bank_id, origin=origin, actor=actor, now=clock.now(), runner=runner)
    _note(tx, clock, actor, "begin_import", bank_id, batch=batch_id, format=origin.format)
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
    _store(tx, bank_id, batch_id, comparison)


def publish_import(tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, batch_id: int, counts: Counts) -> None:
    """Make everything that was staged count, all at once: one row changes, however long the list is.

    Raises `NotFound` when the bank was deleted meanwhile, `ImportRunning` as `keep_alive` does.
    """
    bank_rows.lock_bank(tx, bank_id)
    keep_alive(tx, clock, batch_id=batch_id)
    batch_rows.publish_batch(tx, batch_id, counts, clock.now())
    if counts.alters_bank:
        bank_rows.alter_bank(tx, bank_id)
    _note(tx, clock, actor, "publish_import", bank_id, reason="", batch=batch_id, **counts.as_details())


def abandon_import(tx: Tx, clock: Clock, actor: Actor, *, batch: Batch, reason: str) -> bool:
    """Give an import up: none of it will ever count. Return whether it was still being staged.

    Its rows are cleared afterwards, in small transactions (`clear_import`).
    """
    if not batch_rows.change_batch(tx, batch.id, BatchState.STAGING, state=BatchState.ABANDONED):
        return False
    _note(tx, clock, actor, "abandon_import", batch.bank_id, reason=reason, batch=batch.id)
    return True


def clear_import(tx: Tx, *, batch_id: int, limit: int) -> bool:
    """Clear some rows of an abandoned import away; return whether all are gone.

    No audit entry: nobody ever saw them.
    """
    if entry_rows.clear_batch(tx, batch_id, limit):
        return False
    batch_rows.change_batch(tx, batch_id, BatchState.ABANDONED, state=BatchState.CLEARED)
    return True


def note_export(tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, list_format: str, reason: str = "") -> None:
    """Record that somebody took a copy of a bank's entries."""
    _note(tx, clock, actor, "export_bank", bank_id, reason=reason, format=list_format)


def _require_no_import(tx: Tx, bank_id: int) -> None:
    if batch_rows.find_batches(tx, BatchState.STAGING, bank_id=bank_id):
        raise ImportRunning("A list is being imported into this bank. Nothing was changed. Try again when it is done.")


def _store(tx: Tx, bank_id: int, batch_id: int, comparison: Comparison) -> None:
    """Insert rows; those that replace an entry of the same value stay switched off if that one is.

    Such a row is left out if somebody withdrew the entry since it was compared.
    """
    entry_rows.insert_entries(tx, bank_id, batch_id, comparison.new)
    if not comparison.replacing:
        return
    switched = entry_rows.supersede(tx, batch_id, [entry_id for entry_id, _, _ in comparison.replacing])
    rows: list[StagedRow] = []
    for entry_id, old_value, row in comparison.replacing:
        if old_value != row.value:
            rows.append(row)
        elif entry_id in switched:
            is_disabled, until = switched[entry_id]
            rows.append(row._replace(is_disabled=int(is_disabled), disabled_until=moment_text(until)))
    entry_rows.insert_entries(tx, bank_id, batch_id, rows)


def _note(
    tx: Tx, clock: Clock, actor: Actor, verb: str, bank_id: int, *, reason: str = "", **details: int | str
) -> None:
    log.write(tx, clock=clock, actor=actor, verb=verb, target=f"bank:{bank_id}", reason=reason, details=details)
