"""Exact look-up of digests."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from safelight.hashing.signal import Signal
from safelight.matching.candidate import Candidate, Candidates
from safelight.matching.digest_file import EMPTY, DigestTable, Numbers, open_table, write_table
from safelight.matching.payload import LEFT_OUT, bank_of, entry_of, payloads_of_bank

_RECENT_LIMIT = 65_536


class FrozenDigestIndex:
    """The state of a digest index at one moment, to be saved later, from any thread."""

    def __init__(self, table: DigestTable, dead: npt.NDArray[np.bool_] | None, recent: DigestTable) -> None:
        self._table, self._dead, self._recent = table, dead, recent

    def save(self, path: Path, note: bytes) -> None:
        """Write the file in the place of the one that may be there. Raises OSError."""
        write_table(path, _joined(self._table, self._dead, self._recent), note)


class DigestIndex:
    """Exact look-up. The first eight bytes of each value stand sorted beside the payloads: 16 bytes an entry.

    Two values may share those eight bytes, so a candidate counts only once its entry's whole value was compared.
    The sorted table never changes; what came since waits in a second, small one, what went is marked as dead.
    """

    def __init__(self, table: DigestTable = EMPTY, note: bytes = b"") -> None:
        self._table = table
        self._dead: npt.NDArray[np.bool_] | None = None
        self._recent: dict[int, list[int]] = {}
        self._recent_count = 0
        self._dead_count = 0
        self._lock = threading.Lock()  # held for moments only: searches wait for it
        self._changing = threading.Lock()
        self.note = note

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map what `freeze().save` wrote. Raises `IndexFileRefused` with the reason."""
        return cls(*open_table(path))

    def __len__(self) -> int:
        return len(self._table.keys) - self._dead_count + self._recent_count

    def add_many(self, payloads: Numbers, values: bytes | bytearray) -> None:
        """Take in entries: a payload each, and their values, joined; all become visible at once."""
        keys = _keys(values, len(payloads))
        with self._changing:
            if self._recent_count + len(payloads) > _RECENT_LIMIT:
                self._settle(_sorted(keys, payloads))
            else:
                self._remember(keys, payloads)

    def holds(self, payload: int, value: bytes) -> bool:
        """Whether an entry of this value is found at present."""
        with self._lock:
            return payload in self._payloads(_key(value))

    def remove(self, payload: int, value: bytes) -> bool:
        """Stop finding an entry; say whether it was there."""
        key = _key(value)
        with self._changing, self._lock:
            first, last = self._places(key)
            positions = first + np.flatnonzero(self._table.payloads[first:last] == np.uint64(payload))
            return self._kill(positions) + self._forget(key, payload, payload) > 0

    def remove_bank(self, bank_id: int) -> int:
        """Stop finding every entry of a bank; return how many there were."""
        first, last = payloads_of_bank(bank_id)
        with self._changing:
            held = self._table.payloads
            positions = np.flatnonzero((held >= np.uint64(first)) & (held <= np.uint64(last)))
            with self._lock:
                return self._kill(positions) + sum(self._forget(key, first, last) for key in list(self._recent))

    def search(self, signal: Signal, radii: bytes, limit: int | None) -> Candidates:
        """Return the entries of the banks in `radii` that begin as the signal does; the caller compares the rest."""
        with self._lock:
            payloads = self._payloads(_key(signal.value))
        wanted = sorted(payload for payload in payloads if _is_wanted(bank_of(payload), radii))
        kept = wanted if limit is None else wanted[:limit]
        candidates = [
            Candidate(signal=signal, bank_id=bank_of(payload), entry_id=entry_of(payload), distance=0)
            for payload in kept
        ]
        return Candidates(candidates, len(wanted) - len(kept))

    def are_near(self, signals: Sequence[Signal], radii: bytes) -> list[bool]:
        """Say of each signal whether any entry begins as it does."""
        return [bool(self.search(signal, radii, 1).found) for signal in signals]

    def fold(self) -> None:
        """Merge what came since into the sorted table, and leave out what went."""
        with self._changing:
            self._settle(EMPTY)

    def freeze(self) -> FrozenDigestIndex:
        """Return the state at this moment, to be saved later."""
        with self._changing:
            dead = None if self._dead is None else self._dead.copy()
            return FrozenDigestIndex(self._table, dead, self._recent_table())

    def describe(self) -> Mapping[str, int | str]:
        """Return figures about the index."""
        return {"codes": len(self), "recent": self._recent_count, "removed": self._dead_count}

    def _payloads(self, key: int) -> list[int]:
        first, last = self._places(key)
        found = self._table.payloads[first:last]
        if self._dead is not None:
            found = found[~self._dead[first:last]]
        return [*found.tolist(), *self._recent.get(key, ())]

    def _places(self, key: int) -> tuple[int, int]:
        keys = self._table.keys
        return int(np.searchsorted(keys, np.uint64(key), "left")), int(np.searchsorted(keys, np.uint64(key), "right"))

    def _remember(self, keys: Numbers, payloads: Numbers) -> None:
        with self._lock:
            for key, payload in zip(keys.tolist(), payloads.tolist(), strict=True):
                self._recent.setdefault(key, []).append(payload)
            self._recent_count += len(payloads)

    def _forget(self, key: int, first: int, last: int) -> int:
        """Drop the recent entries of a key whose payloads are `first` to `last`; return how many there were."""
        held = self._recent.get(key, [])
        kept = [payload for payload in held if not first <= payload <= last]
        if kept:
            self._recent[key] = kept
        else:
            self._recent.pop(key, None)
        self._recent_count -= len(held) - len(kept)
        return len(held) - len(kept)

    def _kill(self, positions: npt.NDArray[np.intp]) -> int:
        if not len(positions):
            return 0
        if self._dead is None:
            self._dead = np.zeros(len(self._table.keys), np.bool_)
        fresh = int(np.count_nonzero(~self._dead[positions]))
        self._dead[positions] = True
        self._dead_count += fresh
        return fresh

    def _settle(self, more: DigestTable) -> None:
        """Merge everything into a new table. Searches go on in the old one meanwhile."""
        table = _merged(_joined(self._table, self._dead, self._recent_table()), more)
        with self._lock:
            self._table = table
            self._dead, self._dead_count = None, 0
            self._recent, self._recent_count = {}, 0

    def _recent_table(self) -> DigestTable:
        pairs = [(key, payload) for key, payloads in self._recent.items() for payload in payloads]
        keys = np.array([key for key, _ in pairs], np.uint64)
        return _sorted(keys, np.array([payload for _, payload in pairs], np.uint64))


def _is_wanted(bank_id: int, radii: bytes) -> bool:
    return bank_id < len(radii) and radii[bank_id] != LEFT_OUT


def _key(value: bytes) -> int:
    return int.from_bytes(value[:8], "big")


def _keys(values: bytes | bytearray, count: int) -> Numbers:
    if not count:
        return EMPTY.keys
    rows = np.frombuffer(values, np.uint8).reshape(count, -1)
    return np.ascontiguousarray(rows[:, :8]).view(">u8").ravel().astype(np.uint64)


def _sorted(keys: Numbers, payloads: Numbers) -> DigestTable:
    order = np.argsort(keys, kind="stable")
    return DigestTable(keys[order], payloads[order])


def _joined(table: DigestTable, dead: npt.NDArray[np.bool_] | None, recent: DigestTable) -> DigestTable:
    alive = table if dead is None else DigestTable(table.keys[~dead], table.payloads[~dead])
    return _merged(alive, recent)


def _merged(table: DigestTable, more: DigestTable) -> DigestTable:
    if not len(more.keys):
        return table
    places = np.searchsorted(table.keys, more.keys, "right")
    return DigestTable(np.insert(table.keys, places, more.keys), np.insert(table.payloads, places, more.payloads))
