"""Exact look-up of digests."""

import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from safelight.hashing.signal import Signal
from safelight.matching.candidate import Candidate

_LARGE = 1_000
_RECENT_LIMIT = 65_536
_ROW = np.dtype([("key", np.uint64), ("id", np.int64)])


class DigestIndex:
    """Exact look-up. The first eight bytes of each value stand sorted beside the ids: 16 bytes an entry.

    Two values may share those eight bytes, so a candidate counts only once its entry's whole value was compared.
    Large additions are sorted in at the next search, small ones wait in a table beside.
    """

    def __init__(self) -> None:
        self._keys: npt.NDArray[np.uint64] = np.empty(0, dtype=np.uint64)
        self._ids: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._unsorted: list[npt.NDArray[np.void]] = []
        self._recent: dict[int, list[int]] = {}
        self._removed: set[int] = set()
        self._count = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return self._count - len(self._removed)

    def add_many(self, entries: Sequence[tuple[int, bytes]]) -> None:
        """Take in entries, given as id and value."""
        with self._lock:
            self._count += len(entries)
            if len(entries) >= _LARGE or len(self._recent) >= _RECENT_LIMIT:
                self._unsorted.append(_table(entries))
                return
            for entry_id, value in entries:
                self._recent.setdefault(_key(value), []).append(entry_id)

    def remove(self, entry_id: int) -> None:
        """Stop finding an entry."""
        with self._lock:
            self._settle()
            if bool(np.any(self._ids == entry_id)) or any(entry_id in ids for ids in self._recent.values()):
                self._removed.add(entry_id)

    def search(self, signal: Signal, radius: int) -> list[Candidate]:  # noqa: ARG002 - digests match exactly
        """Return the entries that begin as the signal does; the caller compares the rest."""
        key = _key(signal.value)
        with self._lock:
            self._settle()
            first, last = (int(np.searchsorted(self._keys, np.uint64(key), side)) for side in ("left", "right"))
            found = [*self._ids[first:last].tolist(), *self._recent.get(key, ())]
        return [
            Candidate(signal=signal, entry_id=entry_id, distance=0)
            for entry_id in sorted(found)
            if entry_id not in self._removed
        ]

    def _settle(self) -> None:
        if not self._unsorted:
            return
        keys = np.concatenate([self._keys, *(table["key"] for table in self._unsorted)])
        ids = np.concatenate([self._ids, *(table["id"] for table in self._unsorted)])
        order = np.argsort(keys, kind="stable")
        self._keys, self._ids, self._unsorted = keys[order], ids[order], []


def _key(value: bytes) -> int:
    return int.from_bytes(value[:8], "big")


def _table(entries: Sequence[tuple[int, bytes]]) -> npt.NDArray[np.void]:
    return np.array([(_key(value), entry_id) for entry_id, value in entries], dtype=_ROW)
