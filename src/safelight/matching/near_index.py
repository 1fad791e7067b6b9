"""PDQ by Hamming distance, in all eight orientations."""

from collections.abc import Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import Signal
from safelight.matching.candidate import Candidate, Candidates
from safelight.matching.hamming import FrozenHammingIndex, HammingIndex
from safelight.matching.payload import bank_of, entry_of, payloads_of_bank, radii_of


class NearIndex:
    """PDQ by Hamming distance, all eight orientations of a signal in one call.

    It is folded by being saved and opened anew (`matching.saved`), so that processes share one mapped file; in memory
    only where it is told to, because the file cannot be saved.
    """

    def __init__(self, hamming: HammingIndex) -> None:
        self._hamming = hamming

    @classmethod
    def empty(cls, flavour: Flavour) -> Self:
        """Return an index without entries."""
        return cls(HammingIndex(flavour=flavour, folds_by_itself=False))

    @classmethod
    def open(cls, path: Path, flavour: Flavour) -> Self:
        """Map what `freeze().save` wrote. Raises `IndexFileRefused` with the reason."""
        return cls(HammingIndex.open(path, flavour=flavour, folds_by_itself=False))

    @property
    def note(self) -> bytes:
        """What the saver said of the file; b"" for a new index."""
        return self._hamming.note

    def __len__(self) -> int:
        return len(self._hamming)

    def add_many(self, payloads: npt.NDArray[np.uint64], values: bytes | bytearray) -> None:
        """Take in entries: a payload each, and their 32-byte values, joined; all become visible at once."""
        self._hamming.add_many(values, payloads)

    def holds(self, payload: int, value: bytes) -> bool:
        """Whether an entry of this value is found at present."""
        hits = self._hamming.search(value, radii=radii_of({bank_of(payload): 0}))
        return any(payload == found for _, found in hits.pairs)

    def remove(self, payload: int, value: bytes) -> bool:  # noqa: ARG002 - digests are found by their value
        """Stop finding an entry; say whether it was there."""
        return self._hamming.remove(payload)

    def remove_bank(self, bank_id: int) -> int:
        """Stop finding every entry of a bank; return how many there were."""
        return self._hamming.remove_range(*payloads_of_bank(bank_id))

    def search(self, signal: Signal, radii: bytes, limit: int | None) -> Candidates:
        """Return each entry that lies within its bank's radius of any orientation, once, at its smallest distance.

        `radii` holds the radius at the place of each bank's number (`payload.radii_of`). Of each orientation at most
        `limit` entries are looked at, the nearest; `cut` counts the others.
        """
        codes = signal.orientations or (signal.value,)
        best: dict[int, tuple[int, int]] = {}
        cut = 0
        for orientation, hits in enumerate(self._hamming.search_many(b"".join(codes), limit=limit, radii=radii)):
            cut += hits.cut
            for distance, payload in hits.pairs:
                if payload not in best or (distance, orientation) < best[payload]:
                    best[payload] = (distance, orientation)
        ordered = sorted(best.items(), key=lambda item: (item[1][0], item[0]))
        found = [
            Candidate(
                signal=signal,
                bank_id=bank_of(payload),
                entry_id=entry_of(payload),
                distance=distance,
                orientation=orientation,
            )
            for payload, (distance, orientation) in ordered
        ]
        return Candidates(found, cut)

    def are_near(self, signals: Sequence[Signal], radii: bytes) -> list[bool]:
        """Say of each signal whether anything lies near it, all in one call: most of a million look-ups end here."""
        codes = [signal.orientations or (signal.value,) for signal in signals]
        hits = self._hamming.search_many(b"".join(chain.from_iterable(codes)), limit=1, radii=radii)
        is_hit = (bool(hit.pairs) for hit in hits)
        return [any(tuple(islice(is_hit, len(each)))) for each in codes]  # a tuple, so that every hit is taken

    def fold(self) -> None:
        """Take what came since into the directory, and wait for it. Raises MemoryError; nothing is lost by that."""
        self._hamming.fold()

    def freeze(self) -> FrozenHammingIndex:
        """Return the state at this moment, to be saved later."""
        return self._hamming.freeze()

    def describe(self) -> Mapping[str, int | str]:
        """Return figures about the index."""
        return self._hamming.describe()
