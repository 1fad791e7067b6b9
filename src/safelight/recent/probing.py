"""Probing: which media of a block lie near any newcomer.

It is the block that is indexed, and newcomers that are looked up: there are eight codes of each picture, and but one of
each entry. Up to some thousands of newcomers, looking at every code of the block is quicker than any directory of it
would be made (docs/decisions/0020-recently-seen.md has the figures).
"""

from collections.abc import Mapping, Sequence

import numpy as np

from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import Signal, SignalType
from safelight.matching.hamming import FLAT_BELOW, HammingIndex
from safelight.matching.snapshot import Snapshot
from safelight.recent.block import Block, Bytes, Numbers, Values
from safelight.recent.newcomers import as_keys

FEW = 3_000
"""Up to so many newcomers no directory of a block is made."""

_ASKED_AT_ONCE = 8_192
_HITS_AT_ONCE = 100
_NEVER = 1 << 40


class Probe:
    """Holds blocks against the same newcomers, one after another.

    `digests` and `codes` are those of `Newcomers`; the first by type, the second by radius.
    """

    def __init__(
        self, digests: Mapping[SignalType, Numbers], codes: Mapping[int, Bytes], *, flavour: Flavour, few: int = FEW
    ) -> None:
        self._digests = digests
        self._codes = codes
        self._flavour = flavour
        self._few = few

    def near(self, block: Block) -> set[int]:
        """Return the numbers of the media that are near."""
        found: set[int] = set()
        for signal_type, keys in self._digests.items():
            values = block.values(signal_type)
            found.update(values.owners[_among(as_keys(values.rows), keys)].tolist())
        if self._codes:
            found |= self._near_codes(block.values(SignalType.PDQ))
        return found

    def _near_codes(self, values: Values) -> set[int]:
        found: set[int] = set()
        if not len(values.rows):
            return found
        index = self._index(values.rows)
        for radius, codes in self._codes.items():
            for start in range(0, len(codes), _ASKED_AT_ONCE):
                asked = codes[start : start + _ASKED_AT_ONCE]
                for place, hits in enumerate(index.search_many(asked, radius, limit=_HITS_AT_ONCE)):
                    # One that is near to very much is asked for all of it by itself: memory holds one such at a time.
                    whole = index.search(asked[place].tobytes(), radius) if hits.cut else hits
                    found.update(int(values.owners[code]) for _, code in whole.pairs)
        return found

    def _index(self, codes: Bytes) -> HammingIndex:
        is_flat = sum(map(len, self._codes.values())) <= self._few
        flat_below = _NEVER if is_flat else FLAT_BELOW
        radius = max(self._codes)
        index = HammingIndex(radius=radius, flavour=self._flavour, flat_below=flat_below, folds_by_itself=False)
        index.add_many(codes, np.arange(len(codes), dtype=np.uint64))
        index.fold()
        return index


def near_banks(snapshot: Snapshot, bank_ids: frozenset[int], seen: Mapping[int, Sequence[Signal]]) -> set[int]:
    """Return the numbers of the media that lie near any entry of whole banks, by the indexes that scans use."""
    found: set[int] = set()
    for signal_type, index in snapshot.indexes.items():
        pairs = [(media_id, each) for media_id, signals in seen.items() for each in signals if each.type is signal_type]
        if not pairs:
            continue
        answers = index.are_near([signal for _, signal in pairs], snapshot.radii(bank_ids, signal_type))
        found.update(media_id for (media_id, _), is_near in zip(pairs, answers, strict=True) if is_near)
    return found


def _among(keys: Numbers, known: Numbers) -> Bytes:
    places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    is_known: Bytes = known[places] == keys
    return is_known
