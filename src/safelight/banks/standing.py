"""How an entry stands: what its list says, what became of it, and what was set for it here."""

from dataclasses import dataclass

from safelight.banks.control import EntryControl
from safelight.banks.entry import Entry
from safelight.banks.entry_fate import EntryFate
from safelight.banks.fates import find_fate
from safelight.banks.queries import entry_controls, published_entries
from safelight.database.transaction import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryStanding:
    """One entry that a bank ever held. `control` is None where nothing was set for it."""

    entry: Entry
    fate: EntryFate
    control: EntryControl | None


def find_standing(tx: Tx, entry_id: int) -> EntryStanding:
    """Return how an entry stands, whatever became of it or of its bank. Raises `NotFound` if no bank ever held it."""
    fate = find_fate(tx, entry_id)
    return EntryStanding(
        entry=published_entries(tx, [entry_id])[entry_id],
        fate=fate,
        control=entry_controls(tx, [entry_id]).get(entry_id),
    )
