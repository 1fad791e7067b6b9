"""Newcomers: the entries by which media may match now that did not before, in the form that is searched."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from safelight.hashing.signal import SIGNAL_SIZE_BYTES, SignalType
from safelight.matching.payload import LEFT_OUT
from safelight.recent.block import Bytes, Numbers

Row = tuple[int, int, bytes]
"""Bank, entry, value."""


class Newcomers:
    """Entries of any number of banks, each with the distance within which it is worth a look.

    `radii` gives that by bank, for PDQ (`Snapshot.radii`). Digests are known here by how they begin. What is found by
    either is only near: it is judged afterwards, by all that a scan is judged by.
    """

    def __init__(self, radii: bytes) -> None:
        self._radii = radii
        self._digests: dict[SignalType, list[bytes]] = {}
        self._codes: dict[int, list[bytes]] = {}
        self.by_bank: Counter[int] = Counter()

    def add(self, signal_type: SignalType, rows: Sequence[Row], *, radius: int | None = None) -> None:
        """Take in entries; with a `radius` all are searched within that. Those of a wrong length are left out."""
        size = SIGNAL_SIZE_BYTES[signal_type]
        for bank_id, _, value in rows:
            if len(value) != size:  # damage, of which whoever matches tells
                continue
            self.by_bank[bank_id] += 1
            if signal_type is not SignalType.PDQ:
                self._digests.setdefault(signal_type, []).append(value[:8])
            elif (within := self._radius(bank_id) if radius is None else radius) != LEFT_OUT:
                self._codes.setdefault(within, []).append(value)

    def __len__(self) -> int:
        return self.by_bank.total()

    def digests(self) -> Mapping[SignalType, Numbers]:
        """Return how the digests begin, by type: numbers, sorted."""
        return {each: np.unique(as_keys(_joined(values, 8))) for each, values in self._digests.items()}

    def codes(self) -> Mapping[int, Bytes]:
        """Return the PDQ values by the distance within which they are searched, a row each."""
        return {radius: _joined(values, SIGNAL_SIZE_BYTES[SignalType.PDQ]) for radius, values in self._codes.items()}

    def _radius(self, bank_id: int) -> int:
        return self._radii[bank_id] if bank_id < len(self._radii) else LEFT_OUT


def as_keys(rows: Bytes) -> Numbers:
    """Return the first eight bytes of each row as a number."""
    return np.ascontiguousarray(rows[:, :8]).view(">u8").ravel().astype(np.uint64)


def _joined(values: Sequence[bytes], size: int) -> Bytes:
    return np.frombuffer(b"".join(values), np.uint8).reshape(-1, size)
