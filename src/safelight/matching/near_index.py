"""PDQ by Hamming distance, in all eight orientations."""

from collections.abc import Sequence

import numpy as np

from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import Signal
from safelight.matching.candidate import Candidate
from safelight.matching.hamming import HammingIndex, new_hamming_index


class NearIndex:
    """PDQ by Hamming distance, all eight orientations of a signal in one call."""

    def __init__(self, flavour: Flavour) -> None:
        self._hamming: HammingIndex = new_hamming_index(flavour)

    def __len__(self) -> int:
        return len(self._hamming)

    def add_many(self, entries: Sequence[tuple[int, bytes]]) -> None:
        """Take in entries, given as id and 32-byte value."""
        payloads = np.fromiter((entry_id for entry_id, _ in entries), dtype=np.uint64, count=len(entries))
        self._hamming.add_many(b"".join(value for _, value in entries), payloads)

    def remove(self, entry_id: int) -> None:
        """Stop finding an entry."""
        self._hamming.remove(entry_id)

    def search(self, signal: Signal, radius: int) -> list[Candidate]:
        """Return each entry within `radius` bits of any orientation once, at its smallest distance, nearest first."""
        codes = signal.orientations or (signal.value,)
        best: dict[int, tuple[int, int]] = {}
        for orientation, hits in enumerate(self._hamming.search_many(b"".join(codes), radius)):
            for distance, entry_id in hits:
                best[entry_id] = min(best.get(entry_id, (distance, orientation)), (distance, orientation))
        return [
            Candidate(signal=signal, entry_id=entry_id, distance=distance, orientation=orientation)
            for entry_id, (distance, orientation) in sorted(best.items(), key=lambda item: (item[1], item[0]))
        ]
