"""Shelf: the entries of one signal type, of all banks, ready to be searched, as of a position in the change log."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import numpy as np
import numpy.typing as npt

from safelight.banks import queries as banks
from safelight.banks.change import Change, Position
from safelight.database.transaction import Tx
from safelight.errors import DatabaseUnusable, IndexFileRefused
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import SIGNAL_SIZE_BYTES, SignalType
from safelight.matching.index import Frozen, Index, new_index
from safelight.matching.payload import BANK_SHIFT, MOST_BANK_ID, MOST_ENTRY_ID, payload_of

_ASKED_AT_ONCE = 10_000
_MOST_POSITION = 2**63 - 1
_NOBODY: frozenset[int] = frozenset()
Row = tuple[int, int, bytes]
"""Bank, entry, value."""

OnProgress = Callable[[], None]
"""Called again and again while much is read or applied: so it is known that the database answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenShelf:
    """The state of a shelf at one moment, to be saved later; `note` says of what it is the state."""

    index: Frozen
    note: bytes
    position: Position


class Edits:
    """What is to be added and removed, gathered before any of it is done, so that nobody sees a batch by half.

    `gone` are entries that do not match now, `here` single ones that do, which the index may have or not. `without`
    grows meanwhile by entries that have gone since the state that is read, and must not come back.
    """

    def __init__(self, signal_type: SignalType, on_progress: OnProgress, without: AbstractSet[int] = _NOBODY) -> None:
        self.on_progress = on_progress
        self.without = without
        self._signal_type = signal_type
        self._wrong: int | None = None
        self.gone: list[Row] = []
        self.here: list[Row] = []
        self.payloads: list[npt.NDArray[np.uint64]] = []
        self.values = bytearray()

    def sync(self, tx: Tx, entry_ids: Iterable[int], *, now: datetime) -> None:
        """Let single entries come to the state that the database has for them."""
        ids = sorted(entry_ids)
        for start in range(0, len(ids), _ASKED_AT_ONCE):
            states = banks.entry_states(tx, ids[start : start + _ASKED_AT_ONCE], now=now)
            for state in states.values():
                if state.signal_type == self._signal_type.value:
                    rows = self.here if state.is_matchable else self.gone
                    rows.append((state.bank_id, state.entry_id, state.value))
            self.on_progress()
        self._look_at(self.here)

    def add(self, rows: Sequence[Row]) -> None:
        """Let rows be added that the index has not."""
        self.on_progress()
        if self._look_at(rows):
            self.payloads.append(np.array([payload_of(bank, entry) for bank, entry, _ in rows], np.uint64))
            self.values += b"".join([value for _, _, value in rows])

    def joined(self) -> tuple[npt.NDArray[np.uint64], bytes | bytearray]:
        """Return the payloads to be added and their values, joined."""
        payloads = np.concatenate(self.payloads)
        if not self.without:
            return payloads, self.values
        gone = np.fromiter(self.without, np.uint64, len(self.without))
        is_kept = ~np.isin(payloads & np.uint64(MOST_ENTRY_ID), gone)
        values = np.frombuffer(self.values, np.uint8).reshape(len(payloads), -1)
        return payloads[is_kept], values[is_kept].tobytes()

    def require_sound(self) -> None:
        """Raise `DatabaseUnusable` if a value has a wrong length: no list brings in such a one.

        Asked last, so that nothing is left half-read in the database.
        """
        if self._wrong is not None:
            size = SIGNAL_SIZE_BYTES[self._signal_type]
            raise DatabaseUnusable(
                f"Entry {self._wrong} is no {self._signal_type}: its value is not {size} bytes long. The database was "
                "damaged, or changed from outside. Nothing was matched. Restore it, or remove the entry and import its "
                "list again."
            )

    def _look_at(self, rows: Sequence[Row]) -> bool:
        """Say whether there are rows that can be taken, and keep in mind if one cannot."""
        size = SIGNAL_SIZE_BYTES[self._signal_type]
        if self._wrong is None:
            self._wrong = next((entry_id for _, entry_id, value in rows if len(value) != size), None)
        return bool(rows) and self._wrong is None


class Shelf:
    """An index, the position up to which it follows the change log, and how many entries each bank has in it.

    `saved_at` is the position of the file that the index was opened from, `unsaved` how much has changed since.
    `ahead` is the position of a later change that was looked at already, if only to remove what it withdrew; None once
    the shelf has followed as far. `is_whole` turns false when a change breaks off half-way: the shelf is then opened
    anew. One thread at a time may change a shelf; any number may search its index meanwhile.
    """

    def __init__(self, signal_type: SignalType, index: Index, position: Position, counts: Counter[int]) -> None:
        self.signal_type = signal_type
        self.index = index
        self.position = position
        self.counts = counts
        self.saved_at: Position | None = None
        self.ahead: Position | None = None
        self.unsaved = 0
        self._folded = 0
        self.is_whole = True

    @classmethod
    def from_database(
        cls, tx: Tx, signal_type: SignalType, *, now: datetime, flavour: Flavour, on_progress: OnProgress = lambda: None
    ) -> Self:
        """Build a shelf of everything that counts now."""
        shelf = cls(signal_type, new_index(signal_type, flavour), banks.last_position(tx), Counter())
        edits = Edits(signal_type, on_progress)
        for rows in banks.stream_matchable(tx, signal_type=signal_type.value, now=now):
            edits.add(rows)
        shelf._apply(edits)
        return shelf

    @classmethod
    def from_index(cls, tx: Tx, signal_type: SignalType, index: Index) -> Self:
        """Take over a saved index. Raises `IndexFileRefused` if it is not of this database and signal type."""
        try:
            told, position, counts = _read_note(index.note)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise IndexFileRefused("A saved index does not say of what it is. It is built anew.") from error
        if told != (banks.installation_id(tx), signal_type.value) or counts.total() != len(index):
            raise IndexFileRefused("A saved index is of another database or signal type. It is built anew.")
        if not banks.is_known_position(tx, position):
            raise IndexFileRefused(
                "A saved index knows of changes that the database does not: was an older copy of it restored? The "
                "index is built anew."
            )
        shelf = cls(signal_type, index, position, counts)
        shelf.saved_at = position
        return shelf

    def follow(
        self,
        tx: Tx,
        changes: Sequence[Change],
        *,
        due: Collection[int],
        position: Position,
        now: datetime,
        on_progress: OnProgress = lambda: None,
        without: AbstractSet[int] = _NOBODY,
    ) -> None:
        """Apply all changes after this shelf's position up to `position`, and bring the entries `due` up to date.

        The state is read as the transaction sees it, so the order of the changes does not matter. Everything is read
        before anything is applied: a database that fails meanwhile leaves the shelf as it was. `without` are entries
        that went after that state; `on_progress` may add to it.
        """
        edits = Edits(self.signal_type, on_progress, without)
        batches = [change.batch_id for change in changes if change.batch_id is not None]
        single = {change.entry_id for change in changes if change.entry_id is not None} | set(due)
        for batch_id in batches:
            for rows in banks.superseded_by(tx, batch_id):
                single |= {entry_id for _, entry_id, kind in rows if kind == self.signal_type.value}
                on_progress()
        edits.sync(tx, single, now=now)
        for batch_id in batches:
            for added in banks.stream_batch(tx, batch_id, signal_type=self.signal_type.value, now=now):
                edits.add([row for row in added if row[1] not in single])
        self._apply(edits)
        self.position = position
        if self.ahead is not None and self.ahead.number <= position.number:
            self.ahead = None

    def withdraw(self, rows: Iterable[Row], ahead: Position) -> None:
        """Stop finding entries at once, because a change up to `ahead` says so. It may be in the midst of `follow`."""
        was_whole, self.is_whole = self.is_whole, False
        for bank_id, entry_id, value in rows:
            self._remove(bank_id, entry_id, value)
            self.ahead = ahead
        self.is_whole = was_whole

    @property
    def unfolded(self) -> int:
        """How much has changed since the file, or since it was last folded in memory."""
        return self.unsaved - self._folded

    def fold(self) -> None:
        """Fold the index in memory, from any thread. Raises MemoryError; nothing is lost by that."""
        unsaved = self.unsaved
        self.index.fold()
        self._folded = unsaved

    def keep_banks(self, alive: Iterable[int]) -> None:
        """Drop the entries of every other bank: it was deleted."""
        for bank_id in set(self.counts) - set(alive):
            self.unsaved += self.index.remove_bank(bank_id)
            del self.counts[bank_id]

    def freeze(self, installation: str) -> FrozenShelf:
        """Return the state at this moment."""
        note = {
            "installation": installation,
            "signal_type": self.signal_type.value,
            "position": self.position.number,
            "token": self.position.token.hex(),
            "counts": {bank_id: count for bank_id, count in self.counts.items() if count},
        }
        return FrozenShelf(index=self.index.freeze(), note=json.dumps(note).encode(), position=self.position)

    def _apply(self, edits: Edits) -> None:
        """Add first, then remove: of a value that goes from one entry to another, one of them is found at any time."""
        edits.require_sound()
        for start in range(0, len(edits.here), _ASKED_AT_ONCE):
            rows = edits.here[start : start + _ASKED_AT_ONCE]
            edits.add([row for row in rows if not self.index.holds(payload_of(*row[:2]), row[2])])
        self.is_whole = False
        if edits.payloads:
            payloads, values = edits.joined()
            self.index.add_many(payloads, values)
            self.counts.update(_counted(payloads))
            self.unsaved += len(payloads)
        for number, row in enumerate(edits.gone):
            if number % _ASKED_AT_ONCE == 0:
                edits.on_progress()
            self._remove(*row)
        self.is_whole = True

    def _remove(self, bank_id: int, entry_id: int, value: bytes) -> None:
        if self.index.remove(payload_of(bank_id, entry_id), value):
            self.counts[bank_id] -= 1
            self.unsaved += 1


def _counted(payloads: npt.NDArray[np.uint64]) -> Mapping[int, int]:
    bank_ids, counts = np.unique(payloads >> np.uint64(BANK_SHIFT), return_counts=True)
    return dict(zip(bank_ids.tolist(), counts.tolist(), strict=True))


def _read_note(text: bytes) -> tuple[tuple[str, str], Position, Counter[int]]:
    """Return of what a saved index is. Raises ValueError, or another error, for what no shelf of ours writes."""
    note = json.loads(text)
    position = Position(number=int(note["position"]), token=bytes.fromhex(note["token"]))
    counts = Counter({int(bank_id): int(count) for bank_id, count in note["counts"].items()})
    if not 0 <= position.number <= _MOST_POSITION or min(counts.values(), default=0) < 0:
        raise ValueError("no position, or no counts")
    if any(not 0 < bank_id <= MOST_BANK_ID for bank_id in counts):
        raise ValueError("no bank")
    return (note["installation"], note["signal_type"]), position, counts
