"""Questions about banks and entries. All are read-only and may be asked by any door."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from safelight.banks.bank import Bank
from safelight.banks.batch import Batch, BatchState, Runner, is_dead
from safelight.banks.comparison import Comparison, compare
from safelight.banks.entry import Entry, StagedRow
from safelight.banks.store import bank_rows, batch_rows, entry_rows, loading
from safelight.database.transaction import Tx
from safelight.errors import NotFound


def list_banks(tx: Tx) -> list[Bank]:
    """Return every bank by name."""
    return bank_rows.list_banks(tx)


def find_bank(tx: Tx, name: str) -> Bank:
    """Return the bank of this name, upper and lower case aside. Raises `NotFound`."""
    banks = bank_rows.find_banks(tx, name=name)
    if not banks:
        raise NotFound(f"There is no bank {name!r}. `safelight bank list` shows those that there are.")
    return banks[0]


def count_entries(tx: Tx, bank_id: int) -> dict[str, int]:
    """Return how many entries of each signal type a bank holds, disabled ones included."""
    return entry_rows.count_entries(tx, bank_id)


def page_entries(
    tx: Tx, bank_id: int, *, after_id: int = 0, limit: int = 100, signal_type: str | None = None
) -> list[Entry]:
    """Return up to `limit` entries that follow the entry `after_id`, disabled ones included.

    They are ordered by signal type, then as they came. Raises `NotFound` for an `after_id` that never was.
    """
    return entry_rows.page_entries(tx, bank_id, after_id=after_id, limit=limit, signal_type=signal_type)


def stream_entries(tx: Tx, bank_id: int, *, chunk_size: int = 2_000) -> Iterator[Entry]:
    """Give every entry of a bank, in the order of `page_entries`."""
    after_id = 0
    while page := entry_rows.page_entries(tx, bank_id, after_id=after_id, limit=chunk_size, signal_type=None):
        yield from page
        after_id = page[-1].id


def stream_values(
    tx: Tx, *, signal_type: str, now: datetime, bank_ids: Collection[int] | None = None, chunk_size: int = 50_000
) -> Iterator[list[tuple[int, bytes]]]:
    """Give lists of (entry id, value) of everything of a type that matches at this moment.

    Only enabled banks count; with `bank_ids`, only those of them.
    """
    return loading.stream_values(tx, signal_type=signal_type, now=now, bank_ids=bank_ids, chunk_size=chunk_size)


def entries_by_id(tx: Tx, ids: Collection[int]) -> dict[int, tuple[Entry, Bank]]:
    """Return each of these entries that a bank holds, with that bank; withdrawn and replaced ones are left out."""
    entries = entry_rows.entries_by_id(tx, list(ids))
    banks = {bank.id: bank for bank in bank_rows.find_banks(tx, ids={entry.bank_id for entry in entries})}
    return {entry.id: (entry, banks[entry.bank_id]) for entry in entries if entry.bank_id in banks}


def published_entries(tx: Tx, ids: Collection[int]) -> dict[int, Entry]:
    """Return each of these entries that a bank ever held, whatever became of it or its bank since.

    This is what a snapshot asks: an entry that was replaced or withdrawn after the snapshot was taken still is what the
    snapshot found. What an entry says never changes, and no row that was once published is deleted.
    """
    return {entry.id: entry for entry in entry_rows.published_entries(tx, list(ids))}


def compare_rows(tx: Tx, bank_id: int, rows: Sequence[StagedRow]) -> Comparison:
    """Return what an import of rows of distinct identities would change in a bank.

    What a person took out of the bank by hand does not come back by an import, only by hand.
    """
    identities = sorted(row.identity for row in rows)
    if not identities or not entry_rows.any_between(tx, bank_id, identities[0], identities[-1]):
        return compare(rows, {})  # the usual case of a first import, at a hundredth of the cost
    withdrawn = entry_rows.withdrawn_values(tx, bank_id, identities)
    return compare(rows, entry_rows.current_rows(tx, bank_id, identities), withdrawn)


def find_import(tx: Tx, batch_id: int) -> Batch | None:
    """Return a batch that is being staged, None if it is not any more."""
    return next(iter(batch_rows.find_batches(tx, BatchState.STAGING, batch_id=batch_id)), None)


def dead_imports(tx: Tx, *, now: datetime, here: Runner) -> list[Batch]:
    """Return the imports that will never go on."""
    staging = batch_rows.find_batches(tx, BatchState.STAGING)
    return [batch for batch in staging if is_dead(batch, now=now, here=here)]


def uncleared_imports(tx: Tx) -> list[Batch]:
    """Return the abandoned imports whose rows still lie in the database."""
    return batch_rows.find_batches(tx, BatchState.ABANDONED)
