"""Snapshot: the banks as they stood at one moment, ready to be searched."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.banks import queries as banks
from safelight.banks.bank import Bank
from safelight.banks.entry import Entry
from safelight.database.transaction import Tx
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import SignalType
from safelight.matching.index import Index, fill, open_index

EntryLookup = Callable[[Sequence[int]], Mapping[int, Entry]]
"""Gives entries by their ids, whatever became of them since the snapshot (`banks.queries.published_entries`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Some banks, their indexes by signal type, and a way to ask for an entry by its id."""

    banks: Mapping[int, Bank]
    indexes: Mapping[SignalType, Index]
    find_entries: EntryLookup
    threshold: int | None = None

    @property
    def stamp(self) -> str:
        """The banks and versions that were searched, and how many entries, as text: equal stamps mean equal answers.

        The entries are counted because one that is disabled until a time comes back without a new version.
        """
        versions = ", ".join(f"{bank.name}@{bank.version}" for bank in sorted(self.banks.values(), key=_by_name))
        text = f"{versions}: {sum(len(index) for index in self.indexes.values())} entries"
        return text if self.threshold is None else f"{text}, threshold {self.threshold}"

    def threshold_of(self, bank: Bank, signal_type: SignalType) -> int:
        """Return the distance at or under which an entry of this bank counts."""
        if self.threshold is not None and signal_type is SignalType.PDQ:
            return self.threshold
        return bank.threshold(signal_type)

    def radius(self, signal_type: SignalType) -> int:
        """Return the widest threshold of any bank for a signal type."""
        return max((self.threshold_of(bank, signal_type) for bank in self.banks.values()), default=0)


def take_snapshot(
    tx: Tx,
    chosen: Sequence[Bank],
    find_entries: EntryLookup,
    *,
    now: datetime,
    flavour: Flavour,
    threshold: int | None = None,
) -> Snapshot:
    """Load the entries of the chosen banks that match at this moment.

    `threshold` overrides the banks' own for this one query.
    """
    ids = [bank.id for bank in chosen]
    indexes: dict[SignalType, Index] = {}
    for signal_type in SignalType:
        indexes[signal_type] = open_index(signal_type, flavour)
        fill(
            indexes[signal_type],
            signal_type,
            banks.stream_values(tx, signal_type=signal_type.value, now=now, bank_ids=ids),
        )
    return Snapshot(
        banks={bank.id: bank for bank in chosen}, indexes=indexes, find_entries=find_entries, threshold=threshold
    )


def _by_name(bank: Bank) -> str:
    return bank.name
