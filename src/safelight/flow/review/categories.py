"""Categories of evidence: what lists and complaints say that it is, by which a person may have opted out of it."""

from safelight.banks.queries import published_entries
from safelight.database.transaction import Tx
from safelight.review.category import spellings_of
from safelight.review.decision_queries import flag_categories
from safelight.review.queries import find_item


def categories_of(tx: Tx, evidence_id: str) -> frozenset[str]:
    """Return what all entries that evidence matched call it, `a1` and also `ncmec:a1`, and what a complaint does."""
    item = find_item(tx, evidence_id)
    if item is None:
        return frozenset()
    found = flag_categories(tx, item.id)
    for entry in published_entries(tx, [match.entry_id for match in item.matches]).values():
        found |= spellings_of(entry.label_scheme or "", entry.label or "")
    return found
