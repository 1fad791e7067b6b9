"""Search by Hamming distance: what an index does, and the choice between the compiled one and its plain twin."""

from contextlib import suppress
from typing import Protocol

import numpy as np
import numpy.typing as npt

from safelight.hashing.pdq import Flavour, which_flavour
from safelight.matching.hamming_py import PlainHammingIndex

with suppress(ImportError):  # without it, which_flavour() never says KERNEL
    from safelight._kernel import HammingIndex as CompiledHammingIndex


class HammingIndex(Protocol):
    """Codes of 32 bytes, each with a payload: a whole number from 0 to 2^64 - 1 by which the caller knows it.

    The same code may be held under several payloads; each is found. Changes are visible to the next search. Threads
    may search, add and remove at the same time. Wrong lengths raise ValueError,
    wrong types TypeError.
    """

    def add(self, code: bytes, payload: int) -> None:
        """Add one code."""

    def add_many(self, codes: bytes, payloads: npt.NDArray[np.uint64]) -> None:
        """Add many codes, joined, with one payload for each (an array without gaps); all become visible at once."""

    def remove(self, payload: int) -> bool:
        """Remove every code with this payload; say whether there was one."""
        ...

    def search(self, code: bytes, radius: int) -> list[tuple[int, int]]:
        """Return (distance, payload) of every code at or under this distance, nearest first, then by payload."""
        ...

    def search_many(self, codes: bytes, radius: int) -> list[list[tuple[int, int]]]:
        """Return what `search` returns for each of many joined codes, such as the eight orientations of a picture."""
        ...

    def __len__(self) -> int:
        """Return how many codes are held."""
        ...


def new_hamming_index(flavour: Flavour = Flavour.AUTO) -> HammingIndex:
    """Return an empty index that looks at every code: right up to some 300,000 codes, and exact beyond.

    Raises ValueError when the kernel is asked for by name and is not installed.
    """
    if which_flavour(flavour) is Flavour.KERNEL:
        return CompiledHammingIndex()
    return PlainHammingIndex()
