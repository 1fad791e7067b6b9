"""Which entries came to count in the banks since a change, and which of allow-lists ceased to suppress."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.banks import queries as banks
from safelight.banks.bank import MAX_PDQ_THRESHOLD, Bank
from safelight.banks.change import Change, ChangeKind, Position
from safelight.database.transaction import Tx
from safelight.hashing.signal import SignalType
from safelight.matching.snapshot import Snapshot
from safelight.recent.mark import Mark
from safelight.recent.newcomers import Newcomers, Row

MOST_NEWCOMERS = 2_000_000
"""Newcomers that are held in memory. Of banks that bring more, all entries are looked at, by the usual indexes."""

_AT_ONCE = 10_000
_TYPES = {each.value: each for each in SignalType}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedEntries:
    """What a round is about: single entries, and banks as a whole."""

    newcomers: Newcomers
    whole_banks: frozenset[int]

    @property
    def is_any(self) -> bool:
        """Whether there is anything by which media may match now."""
        return len(self.newcomers) > 0 or bool(self.whole_banks)


def gather(tx: Tx, snapshot: Snapshot, mark: Mark, *, now: datetime, most: int = MOST_NEWCOMERS) -> ArrivedEntries:
    """Return the entries that came to count between the mark's checkpoint and its target.

    They are those of published batches that match now, those that were changed one by one, and those whose time of
    being switched off ended. Of allow-lists it is the entries that went or were changed: what they kept from matching
    may match now. An entry in quarantine makes no match, so that it is none.
    """
    gathering = _Gathering(tx, snapshot, now, most)
    changes = changes_of(tx, mark)
    for change in changes:
        if change.batch_id is not None:
            gathering.take_batch(change.bank_id, change.batch_id)
    single = {change.entry_id for change in changes if change.entry_id is not None}
    single |= {entry_id for entry_id, until in banks.timed_entries(tx) if mark.checked_at < until <= mark.check_until}
    gathering.take_single(sorted(single))
    return ArrivedEntries(newcomers=gathering.newcomers, whole_banks=mark.widened | gathering.too_many)


def changes_of(tx: Tx, mark: Mark) -> list[Change]:
    """Return the changes that a round is about, but those of banks as a whole."""
    changes: list[Change] = []
    position = Position(number=mark.checkpoint, token=b"")
    while page := banks.changes_after(tx, position, limit=_AT_ONCE):
        changes += [each for each in page if each.id <= mark.target and each.kind is not ChangeKind.BANK]
        position = page[-1].position
    return changes


def changed_banks(tx: Tx, mark: Mark, target: int) -> frozenset[int]:
    """Return the banks that were changed as a whole after the mark's checkpoint, up to a change."""
    found: set[int] = set()
    position = Position(number=mark.checkpoint, token=b"")
    while page := banks.changes_after(tx, position, limit=_AT_ONCE):
        found |= {each.bank_id for each in page if each.id <= target and each.kind is ChangeKind.BANK}
        position = page[-1].position
    return frozenset(found)


class _Gathering:
    """Takes entries in, and gives up those of a bank of which there are too many."""

    def __init__(self, tx: Tx, snapshot: Snapshot, now: datetime, most: int) -> None:
        self._tx, self._snapshot, self._now, self._most = tx, snapshot, now, most
        self.newcomers = Newcomers(snapshot.radii(snapshot.asked, SignalType.PDQ))
        self.too_many: frozenset[int] = frozenset()

    def take_batch(self, bank_id: int, batch_id: int) -> None:
        """Take in what a batch brought; of an allow-list's, what it replaced."""
        bank = self._snapshot.banks.get(bank_id)
        if bank is not None and bank.is_allow_list:
            for rows in banks.superseded_by(self._tx, batch_id):
                self.take_single([entry_id for _, entry_id, _ in rows])
        elif bank_id in self._snapshot.asked and bank_id not in self.too_many:
            self._take_batch(bank_id, batch_id)

    def take_single(self, entry_ids: Sequence[int]) -> None:
        """Take in entries by their numbers."""
        for start in range(0, len(entry_ids), _AT_ONCE):
            states = banks.entry_states(self._tx, entry_ids[start : start + _AT_ONCE], now=self._now)
            for state in states.values():
                bank = self._snapshot.banks.get(state.bank_id)
                if bank is not None and state.signal_type in _TYPES and self._counts(bank, is_on=state.is_matchable):
                    row = (state.bank_id, state.entry_id, state.value)
                    self._take(_TYPES[state.signal_type], bank, [row])

    def _take_batch(self, bank_id: int, batch_id: int) -> None:
        for name, signal_type in _TYPES.items():
            for rows in banks.stream_batch(self._tx, batch_id, signal_type=name, now=self._now):
                if len(self.newcomers) + len(rows) > self._most:
                    self.too_many |= {bank_id}
                    return
                self._take(signal_type, self._snapshot.banks[bank_id], rows)

    def _counts(self, bank: Bank, *, is_on: bool) -> bool:
        return bank.is_allow_list or (is_on and bank.id in self._snapshot.asked)

    def _take(self, signal_type: SignalType, bank: Bank, rows: Sequence[Row]) -> None:
        if bank.is_allow_list:  # it may have suppressed further away than it would now
            self.newcomers.add(signal_type, rows, radius=MAX_PDQ_THRESHOLD)
            return
        controls = self._snapshot.controls
        free = [row for row in rows if (control := controls.get(row[1])) is None or not control.is_quarantined]
        self.newcomers.add(signal_type, free)
