"""Questions about what became of the matches of one entry here. All are read-only and name nobody."""

from collections.abc import Mapping
from dataclasses import dataclass

from safelight.database.transaction import Tx
from safelight.review.decision import Finding
from safelight.review.store import entry_matches


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRecord:
    """What is on record of what an entry matched, counted by items of cases.

    `found` counts the findings that hold; what is still being read is in none of them. `read_twice` is how many of
    these two people read, `agreed` in how many of those they agreed. `also_matched` counts, by the name of a bank, the
    items that an entry of another list matched as well.
    """

    items: int
    found: Mapping[Finding, int]
    read_twice: int
    agreed: int
    also_matched: Mapping[str, int]


def record_of_entry(tx: Tx, entry_id: int) -> EntryRecord:
    """Return what is on record of what an entry of a bank matched."""
    settled = entry_matches.settled(tx, entry_id)
    return EntryRecord(
        items=entry_matches.count_items(tx, entry_id),
        found={Finding(finding): items for finding, items, _, _ in settled},
        read_twice=sum(read for _, _, read, _ in settled),
        agreed=sum(agreed for _, _, _, agreed in settled),
        also_matched=entry_matches.count_others(tx, entry_id),
    )
