"""Adding entries by hand, switching and removing them."""

from collections.abc import Iterable
from datetime import datetime

from safelight.banks.batch import Counts, Origin
from safelight.banks.comparison import compare
from safelight.banks.entry import NewEntry, StagedRow, check_moment, check_value, staged_row
from safelight.banks.steps.record import note_batch, note_entry
from safelight.banks.steps.staging import hold_entry, publish, require_no_import, store_rows
from safelight.banks.store import bank_rows, batch_rows, entry_rows
from safelight.banks.value import check_signal
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.errors import InvalidValue
from safelight.roles import Actor

BY_HAND = Origin(name="by hand", format="entry")
"""The provenance of entries that a person added one by one."""


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
    require_no_import(tx, bank_id)
    rows = [_sound_row(entry) for entry in entries]
    distinct = {row.identity: row for row in rows}
    batch_id = batch_rows.add_batch(tx, bank_id, origin=origin, actor=actor, now=clock.now(), runner=None)
    comparison = compare(list(distinct.values()), entry_rows.current_rows(tx, bank_id, list(distinct)))
    store_rows(tx, bank_id, batch_id, comparison)
    counts = comparison.counts + Counts(duplicates=len(rows) - len(distinct))
    publish(tx, clock, bank_id=bank_id, batch_id=batch_id, counts=counts)
    note_batch(tx, clock, actor, "add_entries", bank_id, batch=batch_id, counts=counts, reason=reason)
    return counts


def _sound_row(entry: NewEntry) -> StagedRow:
    check_value(entry.value)
    check_signal(entry.signal_type, len(entry.value))
    return staged_row(entry)


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
    bank_id = hold_entry(tx, entry_id)
    entry_rows.switch_entry(tx, entry_id, is_disabled=True, until=until)
    bank_rows.alter_bank(tx, bank_id)
    note_entry(
        tx, clock, actor, "disable_entry", bank_id, reason=reason, entry=entry_id, until=str(until or "for good")
    )


def enable_entry(tx: Tx, clock: Clock, actor: Actor, *, entry_id: int, reason: str = "") -> None:
    """Let a disabled entry match again. Raises `NotFound`."""
    bank_id = hold_entry(tx, entry_id)
    entry_rows.switch_entry(tx, entry_id, is_disabled=False, until=None)
    bank_rows.alter_bank(tx, bank_id)
    note_entry(tx, clock, actor, "enable_entry", bank_id, reason=reason, entry=entry_id)


def remove_entry(tx: Tx, clock: Clock, actor: Actor, *, entry_id: int, reason: str = "") -> None:
    """Take one entry out of its bank, leaving a tombstone. Raises `NotFound`.

    A later import that lists it under the same key with the same value does not bring it back; adding it by hand does.
    """
    bank_id = hold_entry(tx, entry_id)
    entry_rows.withdraw_entry(tx, entry_id, clock.now())
    bank_rows.alter_bank(tx, bank_id)
    note_entry(tx, clock, actor, "remove_entry", bank_id, reason=reason, entry=entry_id)
