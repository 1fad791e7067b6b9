"""The question what became of an entry."""

from safelight.banks.entry import LARGEST_ENTRY_ID
from safelight.banks.entry_fate import EntryFate
from safelight.banks.store import fate_rows
from safelight.database.transaction import Tx
from safelight.errors import NotFound


def find_fate(tx: Tx, entry_id: int) -> EntryFate:
    """Return what became of an entry, whatever it is. Raises `NotFound` if no bank ever held it."""
    row = fate_rows.find_fate(tx, entry_id) if 0 < entry_id <= LARGEST_ENTRY_ID else None
    if row is None:
        raise NotFound(f"No bank ever held an entry {entry_id}. `safelight bank show BANK` lists a bank's entries.")
    return EntryFate(**row._asdict())
