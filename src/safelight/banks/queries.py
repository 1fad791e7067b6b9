"""Questions about banks and entries. All are read-only and may be asked by any door."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from safelight.banks.bank import Bank
from safelight.banks.batch import Batch, BatchState, Runner, is_dead
from safelight.banks.change import BEGINNING, Change, Position
from safelight.banks.comparison import Comparison, compare
from safelight.banks.content import ADDED, Content, batch_named, content_of, entry_named
from safelight.banks.control import EntryControl
from safelight.banks.entry import Entry, StagedRow
from safelight.banks.entry_state import EntryState
from safelight.banks.store import (
    bank_rows,
    batch_rows,
    change_rows,
    content_rows,
    control_rows,
    count_rows,
    entry_rows,
    loading,
)
from safelight.database import installation
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


def verified_names(tx: Tx) -> frozenset[str]:
    """Return the names of the enabled banks that are marked as verified by an authority."""
    return frozenset(bank.name for bank in list_banks(tx) if bank.is_verified and bank.is_enabled)


def verified_entries(tx: Tx, entry_ids: Collection[int]) -> set[int]:
    """Return those of these entries whose bank is marked as verified, whatever became of bank or entry since."""
    return bank_rows.verified_entries(tx, entry_ids)


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


def stream_matchable(
    tx: Tx, *, signal_type: str, now: datetime, chunk_size: int = 50_000
) -> Iterator[list[tuple[int, int, bytes]]]:
    """Give lists of (bank id, entry id, value) of everything of a type that is in its bank and switched on.

    They come by bank id, then entry id, of every bank, disabled ones too: which banks count, whoever matches knows.
    """
    return loading.stream_matchable(tx, signal_type=signal_type, now=now, chunk_size=chunk_size)


def stream_batch(
    tx: Tx, batch_id: int, *, signal_type: str, now: datetime, chunk_size: int = 50_000
) -> Iterator[list[tuple[int, int, bytes]]]:
    """Give the same of one published batch. Of a batch that is not published, or whose bank is deleted: nothing."""
    return loading.stream_batch(tx, batch_id, signal_type=signal_type, now=now, chunk_size=chunk_size)


def superseded_by(tx: Tx, batch_id: int, *, chunk_size: int = 50_000) -> Iterator[list[tuple[int, int, str]]]:
    """Give lists of (bank id, entry id, signal type) of the entries that a published batch replaced."""
    return loading.stream_superseded(tx, batch_id, chunk_size)


def entry_states(tx: Tx, ids: Collection[int], *, now: datetime) -> dict[int, EntryState]:
    """Return whether each of these entries can match at this moment; those that never were published are left out."""
    return loading.entry_states(tx, ids, now)


def timed_entries(tx: Tx) -> list[tuple[int, datetime]]:
    """Return (entry id, until) of the entries that are switched off until a time, the soonest first.

    Those whose time is over are among them, and match already.
    """
    return loading.timed_entries(tx)


def last_position(tx: Tx) -> Position:
    """Return the place after the last change: whoever loads in this same transaction follows from there."""
    return change_rows.last_position(tx)


def changes_after(tx: Tx, position: Position, *, limit: int = 1_000) -> list[Change]:
    """Return up to `limit` changes that follow a position, oldest first.

    Ask `is_known_position` in the same transaction: of another history than that of this database there is no "after".
    """
    return change_rows.changes_after(tx, position.number, limit)


def is_known_position(tx: Tx, position: Position) -> bool:
    """Whether this database has the change that a position names.

    If not, it was restored from a backup or is another one, and everything has to be loaded anew.
    """
    return position == BEGINNING or change_rows.token_of(tx, position.number) == position.token


def installation_id(tx: Tx) -> str:
    """Return the name that this database was given when it was made, for files that are made from it."""
    return installation.installation_id(tx)


def entry_controls(tx: Tx, ids: Collection[int] | None = None) -> dict[int, EntryControl]:
    """Return the controls of these entries, whatever became of them, or of every entry that a bank holds.

    Entries without any, which is nearly all, are left out. A batch hands the controls of what it replaces down to
    entries of the same value: ask for these after a change of the kind `batch` too.
    """
    return control_rows.all_controls(tx) if ids is None else control_rows.find_controls(tx, ids)


def quarantined_entries(tx: Tx) -> list[EntryControl]:
    """Return the entries in quarantine, the longest there first."""
    dated = [(control.quarantined_at, control) for control in control_rows.all_controls(tx).values()]
    found = [(since, control) for since, control in dated if since is not None]
    return [control for _, control in sorted(found, key=lambda row: (row[0], row[1].entry_id))]


def matched_media(tx: Tx, entry_id: int, *, since: datetime, until: datetime) -> int:
    """Return how many media an entry matched between two moments, as far as its hours are still kept.

    The equal ones that it replaced count with it.
    """
    past = count_rows.past_of(tx, [entry_id], since=since, until=until).get(entry_id)
    return 0 if past is None else past.media


def entries_by_id(tx: Tx, ids: Collection[int]) -> dict[int, tuple[Entry, Bank]]:
    """Return each of these entries that a bank holds, with that bank; withdrawn and replaced ones are left out."""
    entries = entry_rows.entries_by_id(tx, list(ids))
    banks = {bank.id: bank for bank in bank_rows.find_banks(tx, ids={entry.bank_id for entry in entries})}
    return {entry.id: (entry, banks[entry.bank_id]) for entry in entries if entry.bank_id in banks}


def find_content(tx: Tx, bank_id: int, number: int) -> Content:
    """Return the content of this number (`banks.content`). Raises `NotFound` where the bank holds none."""
    batch_id, ids = batch_named(number), [entry_named(number)]
    if batch_id is not None:
        ids = content_rows.ids_of_batch(tx, bank_id, batch_id, ADDED.format)
    found = entry_rows.entries_by_id(tx, ids)
    content = content_of(number, found, bank_id, installation.installation_id(tx))
    if content is None:
        raise NotFound(f"The bank holds no content {number}.")
    return content


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
