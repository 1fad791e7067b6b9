"""PDQ values are found by distance, in any of eight orientations, each entry once."""

import numpy as np
import pytest

from safelight.hashing.pdq import HAS_KERNEL, Flavour
from safelight.hashing.signal import Signal, SignalType
from safelight.matching.near_index import NearIndex

FLAVOURS = [Flavour.TWIN, Flavour.KERNEL] if HAS_KERNEL else [Flavour.TWIN]


def _values(count: int, size: int, seed: int = 7) -> list[bytes]:
    generator = np.random.default_rng(seed)
    return [generator.bytes(size) for _ in range(count)]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_an_entry_near_two_orientations_is_found_once_at_its_smallest_distance(flavour: Flavour) -> None:
    codes = _values(8, 32)
    near = bytes([codes[3][0] ^ 0b111, *codes[3][1:]])
    index = NearIndex(flavour)
    index.add_many([(5, codes[3]), (6, near)])
    signal = Signal(type=SignalType.PDQ, value=codes[0], orientations=(*codes[:3], near, *codes[3:7]))
    found = index.search(signal, 31)
    assert [(c.entry_id, c.distance, c.orientation) for c in found] == [(6, 0, 3), (5, 0, 4)]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_near_index_adds_removes_and_counts(flavour: Flavour) -> None:
    index = NearIndex(flavour)
    codes = _values(100, 32)
    index.add_many(list(enumerate(codes)))
    index.remove(50)
    assert len(index) == 99
    assert index.search(Signal(type=SignalType.PDQ, value=codes[50]), 31) == []
    assert [c.entry_id for c in index.search(Signal(type=SignalType.PDQ, value=codes[51]), 0)] == [51]
