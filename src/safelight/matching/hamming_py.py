"""Search by Hamming distance in plain numpy: the specification of the compiled index, and its stand-in."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from safelight.matching.hamming_file_py import read_index, write_index

CODE_BYTES = 32
CODE_BITS = 256
GROUP_SHIFT = 40
NO_RADIUS = 255

_BLOCK = 65_536  # codes measured at a time, so that a search of millions needs little memory

Found = tuple[list[tuple[int, int]], int]
"""What one query found: pairs of distance and payload, and how many more there were than the limit let through."""

Buffer = bytes | bytearray | memoryview | npt.NDArray[np.uint8]
"""Codes, joined: bytes or anything without gaps that shows itself as bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenPlainIndex:
    """The codes of one moment. The arrays are never changed, so holding them is all that freezing takes."""

    codes: npt.NDArray[np.uint8]
    payloads: npt.NDArray[np.uint64]
    radius: int

    def save(self, path: str, note: bytes) -> None:
        """Write the file of the plain index."""
        write_index(Path(path), self.codes, self.payloads, radius=self.radius, note=note)

    def __len__(self) -> int:
        return len(self.payloads)


class PlainHammingIndex:
    """The twin of the compiled index: `safelight.matching.hamming.HammingIndex` says what it does."""

    def __init__(self, radius: int = 31) -> None:
        self._radius = radius
        self._note = b""
        self._codes: npt.NDArray[np.uint8] = np.empty((0, CODE_BYTES), np.uint8)
        self._payloads: npt.NDArray[np.uint64] = np.empty(0, np.uint64)
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: str) -> Self:
        """Open what `FrozenPlainIndex.save` wrote. Raises FileRefused with a reason."""
        codes, payloads, radius, note = read_index(Path(path))
        index = cls(radius)
        index._codes, index._payloads, index._note = codes, payloads, note
        return index

    @property
    def note(self) -> bytes:
        """What the saver said of the file; nothing for a new index."""
        return self._note

    def add(self, code: bytes, payload: int) -> None:
        """Add one code."""
        if len(code) != CODE_BYTES:
            raise ValueError("A code is 32 bytes.")
        self.add_many(code, np.array([payload], np.uint64))

    def add_many(self, codes: Buffer, payloads: npt.NDArray[np.uint64]) -> None:
        """Add many codes, visible all at once."""
        if payloads.dtype != np.uint64:
            raise TypeError(f"Payloads are an array of uint64, not of {payloads.dtype}.")
        added = np.frombuffer(codes, np.uint8)
        if len(added) != CODE_BYTES * len(payloads):
            raise ValueError("There must be 32 bytes of codes for each payload.")
        with self._lock:
            self._codes = np.concatenate([self._codes, added.reshape(-1, CODE_BYTES)])
            self._payloads = np.concatenate([self._payloads, payloads])

    def remove(self, payload: int) -> bool:
        """Remove every code with this payload; say whether there was one."""
        return self.remove_range(payload, payload) > 0

    def remove_range(self, first: int, last: int) -> int:
        """Remove every code whose payload is `first` to `last`, both included; say how many there were."""
        with self._lock:
            is_kept = (self._payloads < np.uint64(first)) | (self._payloads > np.uint64(last))
            self._codes = self._codes[is_kept]
            self._payloads = self._payloads[is_kept]
        return len(is_kept) - int(np.count_nonzero(is_kept))

    def search_many(self, codes: Buffer, radius: int, limit: int | None, radii: bytes | None) -> list[Found]:
        """Return for each of many codes what lies near, nearest first, then by payload; and how many were cut off."""
        asked = np.frombuffer(codes, np.uint8)
        if len(asked) % CODE_BYTES:
            raise ValueError("Codes are 32 bytes each.")
        held = self._view()
        allowed = _allowed(held.payloads, radius, radii)
        return [_cut(_near(query, held, allowed), limit) for query in asked.reshape(-1, CODE_BYTES)]

    def fold(self) -> None:
        """Do nothing: there is no delta here."""

    def freeze(self) -> FrozenPlainIndex:
        """Return the codes of this moment."""
        return self._view()

    def describe(self) -> Mapping[str, int | str]:
        """Return what `HammingIndex.describe` does, with the compiled index's own figures left out."""
        held = self._view()
        size_bytes = held.codes.nbytes + held.payloads.nbytes
        return {"codes": len(held), "radius": self._radius, "level": "none", "resident_bytes": size_bytes}

    def __len__(self) -> int:
        return len(self._view())

    def _view(self) -> FrozenPlainIndex:
        with self._lock:  # arrays are replaced, never changed: what was taken here stays as it is
            return FrozenPlainIndex(codes=self._codes, payloads=self._payloads, radius=self._radius)


def _allowed(payloads: npt.NDArray[np.uint64], radius: int, radii: bytes | None) -> npt.NDArray[np.int16]:
    """Return for each payload the largest distance that counts; -1 where none does."""
    if radii is None:
        return np.full(len(payloads), radius, np.int16)
    by_group = np.append(np.frombuffer(radii, np.uint8).astype(np.int16), np.int16(NO_RADIUS))
    by_group[by_group == NO_RADIUS] = -1
    groups = np.minimum(payloads >> np.uint64(GROUP_SHIFT), np.uint64(len(radii)))
    allowed: npt.NDArray[np.int16] = by_group[groups.astype(np.int64)]
    return allowed


def _near(
    query: npt.NDArray[np.uint8], held: FrozenPlainIndex, allowed: npt.NDArray[np.int16]
) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for first in range(0, len(held), _BLOCK):
        block = slice(first, first + _BLOCK)
        differing = np.bitwise_xor(held.codes[block].view(np.uint64), query.view(np.uint64))
        counts = np.bitwise_count(differing).astype(np.int16)
        distances = (
            counts[:, 0] + counts[:, 1] + counts[:, 2] + counts[:, 3]
        )  # quicker than a sum over so short an axis
        is_near = distances <= allowed[block]
        found += zip(distances[is_near].tolist(), held.payloads[block][is_near].tolist(), strict=True)
    return sorted(found)


def _cut(found: list[tuple[int, int]], limit: int | None) -> Found:
    kept = found if limit is None else found[:limit]
    return kept, len(found) - len(kept)
