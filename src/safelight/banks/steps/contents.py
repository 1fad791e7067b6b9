"""Adding and changing what HMA calls a content: entries of one picture that share a number (`banks.content`)."""

from collections.abc import Sequence
from dataclasses import replace

from safelight.banks.batch import Counts
from safelight.banks.content import ADDED, ANNOTATED, Content, content_key, number_of_batch
from safelight.banks.entry import NewEntry, check_value, staged_row
from safelight.banks.queries import find_content
from safelight.banks.steps.entries import add_entries
from safelight.banks.steps.record import note_batch
from safelight.banks.steps.staging import publish, require_no_import
from safelight.banks.store import bank_rows, batch_rows, entry_rows
from safelight.banks.value import check_signal
from safelight.clock import Clock
from safelight.database.installation import installation_id
from safelight.database.transaction import Tx
from safelight.errors import InvalidValue, NotAllowed
from safelight.roles import Actor


def add_content(
    tx: Tx,
    clock: Clock,
    actor: Actor,
    *,
    bank_id: int,
    entries: Sequence[NewEntry],
    platform_id: str = "",
    reason: str = "",
) -> int:
    """Add entries of different signal types as one content, and return its number.

    The same values may be added again: that is another content. Raises `NotFound`, `InvalidValue`, or `ImportRunning`
    while a list is being imported into the bank.
    """
    _require_one_each(entries)
    bank_rows.lock_bank(tx, bank_id)
    require_no_import(tx, bank_id)
    batch_id = batch_rows.add_batch(tx, bank_id, origin=ADDED, actor=actor, now=clock.now(), runner=None)
    key = content_key(installation_id(tx), batch_id, platform_id)
    rows = [staged_row(replace(entry, key=key)) for entry in entries]
    entry_rows.insert_entries(tx, bank_id, batch_id, rows)
    counts = Counts(added=len(rows))
    publish(tx, clock, bank_id=bank_id, batch_id=batch_id, counts=counts)
    note_batch(tx, clock, actor, "add_content", bank_id, batch=batch_id, counts=counts, reason=reason)
    return number_of_batch(batch_id)


def hold_content(tx: Tx, *, bank_id: int, number: int) -> Content:
    """Lock a bank and return one of its contents: nobody else changes it until the transaction ends.

    Raises `NotFound` where the bank holds none of this number.
    """
    bank_rows.lock_bank(tx, bank_id)
    return find_content(tx, bank_id, number)


def annotate_content(tx: Tx, clock: Clock, actor: Actor, *, content: Content, note: str, reason: str = "") -> None:
    """Put entries with another note in the place of a content that is held: key, switch and controls stay.

    Raises `InvalidValue`, `ImportRunning`, or `NotAllowed` for an entry of a list.
    """
    if content.is_of_a_list:
        raise NotAllowed("The note of an entry that came with a list is the list's own. Nothing was changed.")
    entries = [
        NewEntry(
            signal_type=entry.signal_type,
            value=entry.value,
            label=entry.label,
            label_scheme=entry.label_scheme,
            key=entry.key,
            note=note or None,
        )
        for entry in content.entries
    ]
    bank_id = content.entries[0].bank_id
    add_entries(tx, clock, actor, bank_id=bank_id, entries=entries, origin=ANNOTATED, reason=reason)


def _require_one_each(entries: Sequence[NewEntry]) -> None:
    if not entries:
        raise InvalidValue("A content has at least one signal. Nothing was added.")
    if len({entry.signal_type for entry in entries}) < len(entries):
        raise InvalidValue("A content has one signal of a type at most. Nothing was added.")
    for entry in entries:
        check_value(entry.value)
        check_signal(entry.signal_type, len(entry.value))
