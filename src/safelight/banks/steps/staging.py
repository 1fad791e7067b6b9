"""What steps have in common: holding an entry or a bank, storing rows, and making a batch count."""

from safelight.banks.bank import Bank
from safelight.banks.batch import BatchState, Counts
from safelight.banks.comparison import Comparison
from safelight.banks.entry import StagedRow, moment_text
from safelight.banks.store import bank_rows, batch_rows, control_rows, entry_rows
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.errors import ImportRunning


def require_no_import(tx: Tx, bank_id: int) -> None:
    """Raise `ImportRunning` while a list is being imported into the bank. The caller holds the bank's lock."""
    if batch_rows.find_batches(tx, BatchState.STAGING, bank_id=bank_id):
        raise ImportRunning("A list is being imported into this bank. Nothing was changed. Try again when it is done.")


def hold_bank(tx: Tx, bank_id: int) -> Bank:
    """Lock a bank and return it as nobody else changes it before the end of this transaction. Raises `NotFound`."""
    bank_rows.lock_bank(tx, bank_id)
    (bank,) = bank_rows.find_banks(tx, ids=[bank_id])
    return bank


def hold_entry(tx: Tx, entry_id: int) -> int:
    """Lock the bank of an entry and return its number. Raises `NotFound` when no bank holds the entry.

    Whoever changes an entry locks its bank first, as whoever publishes a batch does: so an entry is not replaced while
    it is changed, and no two transactions wait for each other.
    """
    bank_id = entry_rows.bank_of(tx, entry_id)
    bank_rows.lock_bank(tx, bank_id)
    entry_rows.require_held(tx, entry_id)
    return bank_id


def store_rows(tx: Tx, bank_id: int, batch_id: int, comparison: Comparison) -> None:
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


def publish(tx: Tx, clock: Clock, *, bank_id: int, batch_id: int, counts: Counts) -> None:
    """Make everything in a batch count. The caller holds the bank's lock.

    Entries that replace others of the same value take over their controls: what was set for an entry does not fall
    away because a list brings it under another label.
    """
    batch_rows.publish_batch(tx, batch_id, counts, clock.now())
    if counts.replaced:
        control_rows.hand_down(tx, batch_id)
    if counts.alters_bank:
        bank_rows.alter_bank(tx, bank_id)
