"""What banks hold, in the form that is searched: digests by look-up, PDQ by Hamming distance.

An entry is known here by its payload alone (`matching.payload`); who finds something asks the banks for the rest.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import Signal, SignalType
from safelight.matching.candidate import Candidates
from safelight.matching.digest_index import DigestIndex
from safelight.matching.near_index import NearIndex


class Frozen(Protocol):
    """The state of an index at one moment."""

    def save(self, path: Path, note: bytes) -> None:
        """Write the file in the place of the one that may be there. Raises OSError."""


class Index(Protocol):
    """All entries of one signal type, of all banks. What is added or removed counts for the next search."""

    @property
    def note(self) -> bytes:
        """What the saver said of the file that this was opened from; b"" for a new index."""
        ...

    def __len__(self) -> int:
        """Count the entries."""
        ...

    def add_many(self, payloads: npt.NDArray[np.uint64], values: bytes | bytearray) -> None:
        """Take in entries: a payload each, and their values, joined; all become visible at once."""

    def holds(self, payload: int, value: bytes) -> bool:
        """Whether an entry of this value is found at present."""
        ...

    def remove(self, payload: int, value: bytes) -> bool:
        """Stop finding an entry; say whether it was there."""
        ...

    def remove_bank(self, bank_id: int) -> int:
        """Stop finding every entry of a bank; return how many there were."""
        ...

    def search(self, signal: Signal, radii: bytes, limit: int | None) -> Candidates:
        """Return the entries within their banks' radii (`payload.radii_of`) of the signal, nearest first."""
        ...

    def are_near(self, signals: Sequence[Signal], radii: bytes) -> list[bool]:
        """Say of each signal whether `search` would find anything."""
        ...

    def fold(self) -> None:
        """Take what came since into the part that is searched quickest, and wait for it. Searches go on meanwhile.

        Raises MemoryError when there is no room for it; the index is then as it was.
        """

    def freeze(self) -> Frozen:
        """Return the state at this moment, to be saved later, from any thread."""
        ...

    def describe(self) -> Mapping[str, int | str]:
        """Return figures about the index."""
        ...


def new_index(signal_type: SignalType, flavour: Flavour) -> Index:
    """Return an empty index for a signal type."""
    return NearIndex.empty(flavour) if signal_type is SignalType.PDQ else DigestIndex()


def open_index(signal_type: SignalType, path: Path, flavour: Flavour) -> Index:
    """Map a saved index. Raises `IndexFileRefused` with the reason."""
    return NearIndex.open(path, flavour) if signal_type is SignalType.PDQ else DigestIndex.open(path)
