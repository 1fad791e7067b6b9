"""Snapshot: the banks, their controls and their indexes as they stand for one question."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from safelight.banks.bank import WHOLE_ROLLOUT, Bank
from safelight.banks.control import EntryControl
from safelight.banks.entry import Entry
from safelight.hashing.signal import SignalType
from safelight.matching.follower import Holdings
from safelight.matching.index import Index
from safelight.matching.payload import radii_of

EntryLookup = Callable[[Sequence[int]], Mapping[int, Entry]]
"""Gives entries by their ids, whatever became of them since (`banks.queries.published_entries`)."""


class ThresholdSource(StrEnum):
    """Who set the threshold that counts: the question itself goes before the entry, the entry before its bank."""

    QUERY = "query"
    ENTRY = "entry"
    BANK = "bank"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Every bank, which of them are asked, and what is needed to answer.

    `asked` holds the ordinary banks that are searched; the allow-lists that suppress matches of these are looked at
    besides. `counts` says how many entries of a type a bank has in its index. `threshold` is the query's own.
    `position` is the number of a change up to which all is known here; later ones may be known too.
    """

    banks: Mapping[int, Bank]
    asked: frozenset[int]
    controls: Mapping[int, EntryControl]
    indexes: Mapping[SignalType, Index]
    counts: Mapping[SignalType, Mapping[int, int]]
    find_entries: EntryLookup
    threshold: int | None = None
    position: int = 0
    _widest: Mapping[int, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        widest: dict[int, int] = {}
        for control in self.controls.values():
            if control.threshold is not None:
                widest[control.bank_id] = max(control.threshold, widest.get(control.bank_id, 0))
        object.__setattr__(self, "_widest", widest)

    @property
    def stamp(self) -> str:
        """The banks and versions that are searched, and how many entries, as text: equal stamps mean equal answers.

        The entries are counted because one that is disabled until a time comes back without a new version.
        """
        named = sorted((self.banks[bank_id] for bank_id in self.asked | self.allow_lists), key=_by_name)
        versions = ", ".join(f"{bank.name}@{bank.version}" for bank in named)
        text = f"{versions}: {self._count_all(self.asked)} entries"
        if self.allow_lists:
            text += f", {self._count_all(self.allow_lists)} allowed"
        return text if self.threshold is None else f"{text}, threshold {self.threshold}"

    @property
    def allow_lists(self) -> frozenset[int]:
        """The enabled allow-lists that suppress matches of a bank that is asked."""
        lists = (bank for bank in self.banks.values() if bank.is_allow_list and bank.is_enabled)
        return frozenset(bank.id for bank in lists if bank.suppresses & self.asked)

    def count(self, signal_type: SignalType) -> int:
        """Count the entries of a type that the banks asked have."""
        return self._count(signal_type, self.asked)

    def _count_all(self, bank_ids: Collection[int]) -> int:
        return sum(self._count(signal_type, bank_ids) for signal_type in self.indexes)

    def _count(self, signal_type: SignalType, bank_ids: Collection[int]) -> int:
        counts = self.counts.get(signal_type, {})
        return sum(counts.get(bank_id, 0) for bank_id in bank_ids)

    def threshold_of(self, bank: Bank, entry_id: int, signal_type: SignalType) -> tuple[int, ThresholdSource]:
        """Return the distance at or under which an entry counts, and who set it."""
        if self.threshold is not None and signal_type is SignalType.PDQ:
            return self.threshold, ThresholdSource.QUERY
        control = self.controls.get(entry_id)
        if control is not None and control.threshold is not None:
            return control.threshold, ThresholdSource.ENTRY
        return bank.threshold(signal_type), ThresholdSource.BANK

    def radii(self, bank_ids: Collection[int], signal_type: SignalType, *, wider: int = 0) -> bytes:
        """Return the radii to search these banks with: wide enough for every entry of theirs."""
        if signal_type is not SignalType.PDQ:
            return radii_of(dict.fromkeys(bank_ids, 0))
        return radii_of({bank_id: self._radius(bank_id, signal_type) + wider for bank_id in bank_ids})

    def _radius(self, bank_id: int, signal_type: SignalType) -> int:
        if self.threshold is not None:
            return self.threshold
        return max(self.banks[bank_id].threshold(signal_type), self._widest.get(bank_id, 0))


def take_snapshot(
    holdings: Holdings, asked: Collection[int], find_entries: EntryLookup, *, threshold: int | None = None
) -> Snapshot:
    """Return a snapshot of what a follower has; of the banks asked, those that are enabled and still there count.

    `threshold` overrides the banks' and entries' own for this one question.
    """
    return Snapshot(
        banks=holdings.banks,
        asked=frozenset(
            bank_id for bank_id in asked if (bank := holdings.banks.get(bank_id)) is not None and is_asked(bank)
        ),
        controls=holdings.controls,
        indexes={signal_type: shelf.index for signal_type, shelf in holdings.shelves.items()},
        counts={signal_type: dict(shelf.counts) for signal_type, shelf in holdings.shelves.items()},
        find_entries=find_entries,
        threshold=threshold,
        position=holdings.position.number,
    )


def without_rollouts(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot in which every bank is held against whatever comes.

    Allow-lists keep their own roll-outs: who looks behind a roll-out is not to have more hidden by it.
    """
    whole = {
        bank_id: bank if bank.is_allow_list else replace(bank, rollout=WHOLE_ROLLOUT)
        for bank_id, bank in snapshot.banks.items()
    }
    return replace(snapshot, banks=whole)


def is_asked(bank: Bank) -> bool:
    """Whether a bank may be searched for matches: it is enabled and no allow-list."""
    return bank.is_enabled and not bank.is_allow_list


def _by_name(bank: Bank) -> str:
    return bank.name
