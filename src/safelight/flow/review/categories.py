"""Categories of evidence: what the lists say that it is, by which a person may have opted out of it."""

from safelight.banks.queries import published_entries
from safelight.database.transaction import Tx
from safelight.review.queries import find_item


def categories_of(tx: Tx, evidence_id: str) -> frozenset[str]:
    """Return the labels of all entries that evidence matched, in small letters: `a1`, and also `ncmec:a1`."""
    item = find_item(tx, evidence_id)
    if item is None:
        return frozenset()
    entries = published_entries(tx, [match.entry_id for match in item.matches])
    found: set[str] = set()
    for entry in entries.values():
        if entry.label:
            found |= {entry.label, f"{entry.label_scheme}:{entry.label}"}
    return frozenset(each.casefold() for each in found)
