"""Both indexes find exactly what lies within the radius, whatever is added and removed, from many threads."""

import threading
from itertools import pairwise

import numpy as np
import pytest

from safelight.errors import InvalidValue
from safelight.hashing import pdq
from safelight.hashing.pdq import HAS_KERNEL, Flavour
from safelight.matching.hamming import HammingIndex, new_hamming_index

FLAVOURS = [Flavour.TWIN, Flavour.KERNEL] if HAS_KERNEL else [Flavour.TWIN]
ZERO = bytes(32)


@pytest.fixture(params=FLAVOURS)
def index(request: pytest.FixtureRequest) -> HammingIndex:
    return new_hamming_index(request.param)


def with_bits(count: int, first: int = 0) -> bytes:
    """Make a code that differs from ZERO in so many bits, from one bit on."""
    return (((1 << count) - 1) << first).to_bytes(32)


def payloads(*values: int) -> np.ndarray:
    return np.array(values, np.uint64)


def test_an_empty_index_finds_nothing(index: HammingIndex) -> None:
    assert index.search(ZERO, 256) == []
    assert index.search_many(ZERO * 3, 256) == [[], [], []]
    assert index.search_many(b"", 31) == []
    assert len(index) == 0


def test_the_radius_itself_is_near_and_one_bit_more_is_not(index: HammingIndex) -> None:
    for bits in (0, 30, 31, 32, 64, 256):
        index.add(with_bits(bits), bits)
    assert index.search(ZERO, 31) == [(0, 0), (30, 30), (31, 31)]
    assert index.search(ZERO, 0) == [(0, 0)]
    assert index.search(ZERO, 256)[-1] == (256, 256)
    assert index.search(with_bits(256), 0) == [(0, 256)]


@pytest.mark.parametrize("first", [0, 63, 64, 127, 128, 191, 192, 225])
def test_bits_count_wherever_they_lie_in_the_code(index: HammingIndex, first: int) -> None:
    index.add(with_bits(31, first), 7)
    assert index.search(ZERO, 31) == [(31, 7)]
    assert index.search(ZERO, 30) == []


def test_hits_come_nearest_first_and_then_by_payload(index: HammingIndex) -> None:
    index.add_many(with_bits(9) + with_bits(2) + with_bits(2, 50) + ZERO, payloads(1, 2**64 - 1, 5, 9))
    assert index.search(ZERO, 31) == [(0, 9), (2, 5), (2, 2**64 - 1), (9, 1)]


def test_equal_codes_are_kept_apart(index: HammingIndex) -> None:
    index.add_many(ZERO * 3, payloads(1, 2, 3))
    index.add(ZERO, 2)
    assert index.search(ZERO, 0) == [(0, 1), (0, 2), (0, 2), (0, 3)]
    assert len(index) == 4


def test_a_removed_payload_is_gone_at_once_with_all_its_codes(index: HammingIndex) -> None:
    index.add_many(ZERO + with_bits(3) + ZERO, payloads(1, 1, 2))
    assert index.remove(1)
    assert index.search(ZERO, 256) == [(0, 2)]
    assert len(index) == 1
    assert not index.remove(1)
    index.add(with_bits(4), 1)
    assert index.search(ZERO, 256) == [(0, 2), (4, 1)]


def test_many_searches_give_what_one_by_one_gives(index: HammingIndex) -> None:
    generator = np.random.default_rng(1)
    codes = [with_bits(int(count), int(first)) for count, first in generator.integers(0, 60, (50, 2))]
    index.add_many(b"".join(codes), np.arange(50, dtype=np.uint64))
    for queries in (codes[:1], codes[:8], codes[:9], codes[:23]):
        assert index.search_many(b"".join(queries), 31) == [index.search(query, 31) for query in queries]


def test_wrong_lengths_and_types_are_refused_and_change_nothing(index: HammingIndex) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        index.add(b"short", 1)
    with pytest.raises(ValueError, match="32 bytes"):
        index.add_many(ZERO * 2, payloads(1))
    with pytest.raises(ValueError, match="32 bytes"):
        index.search(ZERO * 2, 31)
    with pytest.raises(ValueError, match="32 bytes"):
        index.search_many(ZERO + b"x", 31)
    with pytest.raises(TypeError):
        index.add_many(ZERO, np.array([1], np.int64))
    assert len(index) == 0


def test_searches_run_beside_changes_and_see_each_bulk_whole_or_not_at_all(index: HammingIndex) -> None:
    bulk, rounds = 40, 60
    is_over = threading.Event()
    seen: list[list[int]] = [[], [], []]

    def search(sizes: list[int]) -> None:
        while not is_over.is_set():
            sizes.append(len(index.search(ZERO, 31)))

    threads = [threading.Thread(target=search, args=(sizes,)) for sizes in seen]
    for thread in threads:
        thread.start()
    try:
        for number in range(rounds):
            index.add_many(ZERO * bulk, np.full(bulk, number, np.uint64))
            if number % 3 == 2:
                assert index.remove(number)
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
    assert len(index) == bulk * rounds * 2 / 3
    assert all(sizes for sizes in seen)
    assert {size % bulk for sizes in seen for size in sizes} == {0}
    assert all(later >= earlier - bulk for sizes in seen for earlier, later in pairwise(sizes))


def test_without_the_kernel_the_twin_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdq, "HAS_KERNEL", False)
    assert type(new_hamming_index()).__name__ == "PlainHammingIndex"
    with pytest.raises(InvalidValue, match="not installed"):
        new_hamming_index(Flavour.KERNEL)
