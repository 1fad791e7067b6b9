"""Block: some media of what is kept, laid out so that a whole block is held against many entries at once."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from safelight.hashing.signal import SIGNAL_SIZE_BYTES, SignalType
from safelight.recent.packing import Placed, places, split

Numbers = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


class Values(NamedTuple):
    """The values of one signal type, a row each, and beside them the numbers of the media that they are of."""

    owners: Places
    rows: Bytes


class Block:
    """Media by their numbers. Those of one layout are cut apart together: most uploads are like most others.

    `size_bytes` is how much all their values are.
    """

    def __init__(self) -> None:
        self._owners: dict[bytes, list[int]] = {}
        self._values: dict[bytes, list[bytes]] = {}
        self.size_bytes = 0

    def add(self, media_id: int, packed: bytes) -> None:
        """Take in media, as `packing.pack` has it."""
        layout, values = split(packed)
        self._owners.setdefault(layout, []).append(media_id)
        self._values.setdefault(layout, []).append(values)
        self.size_bytes += len(values)

    def values(self, signal_type: SignalType) -> Values:
        """Return all values of a type; of PDQ those of every orientation."""
        found = [self._cut(layout, placed) for layout, placed in self._placed(signal_type)]
        size = SIGNAL_SIZE_BYTES[signal_type]
        if not found:
            return Values(np.empty(0, np.int64), np.empty((0, size), np.uint8))
        return Values(np.concatenate([each.owners for each in found]), np.concatenate([each.rows for each in found]))

    def _placed(self, signal_type: SignalType) -> Sequence[tuple[bytes, Placed]]:
        return [(layout, each) for layout in self._owners for each in places(layout) if each.type is signal_type]

    def _cut(self, layout: bytes, placed: Placed) -> Values:
        owners = np.array(self._owners[layout], np.int64)
        joined = np.frombuffer(b"".join(self._values[layout]), np.uint8).reshape(len(owners), -1)
        size = SIGNAL_SIZE_BYTES[placed.type]
        rows = np.ascontiguousarray(joined[:, placed.start : placed.end]).reshape(-1, size)
        return Values(np.repeat(owners, placed.values), rows)
