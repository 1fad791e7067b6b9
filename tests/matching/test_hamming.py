"""Both indexes find exactly what lies within the radius, whatever is added, removed, folded, saved, on many threads."""

import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import safelight
from safelight.errors import InvalidValue
from safelight.hashing import pdq
from safelight.hashing.pdq import HAS_KERNEL, Flavour
from safelight.matching.hamming import HammingIndex, Hits

if HAS_KERNEL:
    from safelight import _kernel

    LEVELS = _kernel.cpp_levels()
else:
    LEVELS = []

ZERO = bytes(32)


Kind = dict[str, Any]
"""The options of one of the indexes that must all behave alike; with `flat_below` 1, small sets get directories too."""

KINDS = [
    pytest.param({"flavour": Flavour.TWIN}, id="twin"),
    *(pytest.param({"flavour": Flavour.KERNEL, "level": level}, id=f"flat-{level}") for level in LEVELS),
    *(
        pytest.param({"flavour": Flavour.KERNEL, "level": level, "flat_below": 1}, id=f"parts-{level}")
        for level in LEVELS
    ),
]


@pytest.mark.parametrize("flavour", list(Flavour))
def test_a_flavour_may_be_given_as_a_plain_word(flavour: Flavour, tmp_path: Path) -> None:
    if flavour is Flavour.KERNEL and not HAS_KERNEL:
        pytest.skip("the kernel is not installed")
    word = "".join(flavour.value)  # no Flavour, only equal to one
    index = HammingIndex(flavour=word)
    assert index.describe()["level"] == HammingIndex(flavour=flavour).describe()["level"]
    index.freeze().save(tmp_path / "index")
    assert len(HammingIndex.open(tmp_path / "index", flavour=word)) == 0
    with pytest.raises(ValueError, match="slow"):
        HammingIndex(flavour="slow")


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param


@pytest.fixture
def index(kind: Kind) -> HammingIndex:
    return HammingIndex(**kind)


@pytest.fixture(params=["delta", "base", "file"])
def placed(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Put what was added where an index can hold it: as it came, folded in, or in a file that was opened."""

    def place(kind: Kind, index: HammingIndex) -> HammingIndex:
        if request.param == "file":
            index.freeze().save(tmp_path / "placed")
            return HammingIndex.open(tmp_path / "placed", **kind)
        if request.param == "base":
            index.fold()
        return index

    return place


def with_bits(count: int, first: int = 0) -> bytes:
    """Make a code that differs from ZERO in so many bits, from one bit on."""
    return (((1 << count) - 1) << first).to_bytes(32)


def payloads(*values: int) -> np.ndarray:
    return np.array(values, np.uint64)


def in_group(group: int, number: int) -> int:
    return group << 40 | number


def test_an_empty_index_finds_nothing(kind: Kind, placed: Any) -> None:
    index = placed(kind, HammingIndex(**kind))
    assert index.search(ZERO, 256) == Hits([], 0)
    assert index.search_many(ZERO * 3, 256, limit=0) == [Hits([], 0)] * 3
    assert index.search_many(b"", 31) == []
    assert len(index) == 0
    assert index.note == b""


def test_the_radius_itself_is_near_and_one_bit_more_is_not(kind: Kind, placed: Any) -> None:
    index = HammingIndex(**kind)
    for bits in (0, 30, 31, 32, 64, 128, 129, 256):
        index.add(with_bits(bits), bits)
    index = placed(kind, index)
    assert index.search(ZERO).pairs == [(0, 0), (30, 30), (31, 31)]
    assert index.search(ZERO, 0).pairs == [(0, 0)]
    assert index.search(ZERO, 128).pairs[-1] == (128, 128)
    assert index.search(ZERO, 256).pairs[-1] == (256, 256)
    assert index.search(with_bits(256), 0).pairs == [(0, 256)]


@pytest.mark.parametrize("first", [0, 63, 64, 127, 128, 191, 192, 225])
def test_bits_count_wherever_they_lie_in_the_code(kind: Kind, placed: Any, first: int) -> None:
    index = HammingIndex(**kind)
    index.add(with_bits(31, first), 7)
    index = placed(kind, index)
    assert index.search(ZERO, 31).pairs == [(31, 7)]
    assert index.search(ZERO, 30).pairs == []


def test_hits_come_nearest_first_and_then_by_payload(kind: Kind, placed: Any) -> None:
    index = HammingIndex(**kind)
    index.add_many(with_bits(9) + with_bits(2) + with_bits(2, 50) + ZERO, payloads(1, 2**64 - 1, 5, 9))
    assert placed(kind, index).search(ZERO, 31) == ([(0, 9), (2, 5), (2, 2**64 - 1), (9, 1)], 0)


def test_equal_codes_are_kept_apart(kind: Kind, placed: Any) -> None:
    index = HammingIndex(**kind)
    index.add_many(ZERO * 3, payloads(1, 2, 3))
    index.add(ZERO, 2)
    index = placed(kind, index)
    assert index.search(ZERO, 0).pairs == [(0, 1), (0, 2), (0, 2), (0, 3)]
    assert len(index) == 4


def test_a_limit_keeps_the_nearest_and_counts_the_rest(kind: Kind, placed: Any) -> None:
    index = HammingIndex(**kind)
    order = np.random.default_rng(3).permutation(1000)
    index.add_many(b"".join(with_bits(int(n) % 30) for n in order), order.astype(np.uint64))
    index = placed(kind, index)
    whole = index.search(ZERO, 31)
    assert len(whole.pairs) == 1000
    for limit in (0, 1, 2, 7, 100, 999, 1000, 1001, 2**62):
        assert index.search(ZERO, 31, limit=limit) == (whole.pairs[:limit], max(0, 1000 - limit))
    assert index.search_many(ZERO + with_bits(256), 31, limit=3) == [(whole.pairs[:3], 997), ([], 0)]


def test_each_group_has_a_radius_of_its_own(kind: Kind, placed: Any) -> None:
    index = HammingIndex(**kind)
    for group in (0, 1, 2, 3, 2**24 - 1):
        for bits in (0, 10, 20, 40, 254):
            index.add(with_bits(bits), in_group(group, bits))
    index = placed(kind, index)
    found = index.search(ZERO, 5, radii=bytes([10, 255, 40]))
    near = [
        (bits, in_group(group, bits)) for group, most in ((0, 10), (2, 40)) for bits in (0, 10, 20, 40) if bits <= most
    ]
    assert found == (sorted(near), 0)
    assert index.search(ZERO, radii=bytes([10, 255, 40]), limit=3) == (sorted(near)[:3], len(near) - 3)
    assert index.search(ZERO, 256, radii=b"") == ([], 0)
    assert index.search(ZERO, 256, radii=b"\xff\xff") == ([], 0)
    assert index.search(ZERO, 0, radii=bytes([0, 254])).pairs[-1] == (254, in_group(1, 254))


def test_a_removed_payload_is_gone_at_once_with_all_its_codes(kind: Kind, placed: Any) -> None:
    index = HammingIndex(**kind)
    index.add_many(ZERO + with_bits(3) + ZERO, payloads(1, 1, 2))
    index = placed(kind, index)
    assert index.remove(1)
    assert index.search(ZERO, 256).pairs == [(0, 2)]
    assert len(index) == 1
    assert not index.remove(1)
    assert not index.remove(3)


def test_a_payload_that_was_removed_and_added_again_is_found_once(kind: Kind, placed: Any) -> None:
    index = HammingIndex(**kind)
    index.add(ZERO, 1)
    index = placed(kind, index)
    for _ in range(3):
        assert index.remove(1)
        index.add(with_bits(4), 1)
        assert index.search(ZERO, 256).pairs == [(4, 1)]
    index.fold()
    assert index.search(ZERO, 256).pairs == [(4, 1)]
    assert index.remove(1)
    assert index.search(ZERO, 256).pairs == []


def test_a_range_of_payloads_is_removed_both_ends_included(kind: Kind, placed: Any) -> None:
    index = HammingIndex(**kind)
    index.add_many(ZERO * 8, payloads(0, 1, 5, 5, 6, 7, 2**63, 2**64 - 1))
    index = placed(kind, index)
    assert index.remove_range(5, 6) == 3
    assert index.remove_range(5, 6) == 0
    assert index.remove_range(7, 6) == 0
    assert [payload for _, payload in index.search(ZERO).pairs] == [0, 1, 7, 2**63, 2**64 - 1]
    assert index.remove_range(2**63, 2**64 - 1) == 2
    assert index.remove_range(0, 2**64 - 1) == 3
    assert len(index) == 0


def test_many_searches_give_what_one_by_one_gives(kind: Kind, placed: Any) -> None:
    generator = np.random.default_rng(1)
    codes = [with_bits(int(count), int(first)) for count, first in generator.integers(0, 60, (50, 2))]
    index = HammingIndex(**kind)
    index.add_many(b"".join(codes), np.arange(50, dtype=np.uint64))
    index = placed(kind, index)
    for queries in (codes[:1], codes[:8], codes[:9], codes[:23]):
        assert index.search_many(b"".join(queries), 31) == [index.search(query, 31) for query in queries]


def test_codes_come_in_anything_that_shows_itself_as_bytes(index: HammingIndex) -> None:
    rows = np.frombuffer(with_bits(1) + with_bits(2), np.uint8).reshape(2, 32)
    for codes in (rows.tobytes(), bytearray(rows.tobytes()), memoryview(rows.tobytes()), rows):
        index.add_many(codes, payloads(1, 2))
    assert len(index.search_many(rows, 0)[1].pairs) == 4
    with pytest.raises((ValueError, BufferError)):
        index.add_many(np.asfortranarray(np.zeros((4, 32), np.uint8))[::2], payloads(1, 2))


def test_wrong_lengths_ranges_and_types_are_refused_and_change_nothing(index: HammingIndex) -> None:
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
    for payload in (-1, 2**64):
        with pytest.raises(ValueError, match="0 to 2\\^64 - 1"):
            index.add(ZERO, payload)
        with pytest.raises(ValueError, match="0 to 2\\^64 - 1"):
            index.remove_range(0, payload)
    for radius in (-1, 257):
        with pytest.raises(ValueError, match="0 to 256 bits"):
            index.search(ZERO, radius)
        with pytest.raises(ValueError, match="0 to 256 bits"):
            HammingIndex(radius=radius)
    with pytest.raises(ValueError, match="0 or more"):
        index.search(ZERO, limit=-1)
    assert len(index) == 0


def test_searches_run_beside_changes_and_see_each_bulk_whole_or_not_at_all(kind: Kind) -> None:
    index = HammingIndex(**kind, fold_above=150)
    bulk, rounds = 40, 60
    is_over = threading.Event()
    seen: list[list[int]] = [[], [], []]

    def search(sizes: list[int]) -> None:
        while not is_over.is_set():
            sizes.append(len(index.search(ZERO, 31).pairs))

    def fold() -> None:
        while not is_over.is_set():
            index.fold()

    threads = [threading.Thread(target=search, args=(sizes,)) for sizes in seen]
    for thread in (*threads, folding := threading.Thread(target=fold)):
        thread.start()
    try:
        for number in range(rounds):
            index.add_many(ZERO * bulk, np.full(bulk, number, np.uint64))
            if number % 3 == 2:
                assert index.remove(number)
    finally:
        is_over.set()
        for thread in (*threads, folding):
            thread.join()
    assert len(index) == bulk * rounds * 2 / 3
    assert all(sizes for sizes in seen)
    assert {size % bulk for sizes in seen for size in sizes} == {0}
    assert all(later >= earlier - bulk for sizes in seen for earlier, later in pairwise(sizes))


def test_figures_say_what_is_held_and_how(kind: Kind, tmp_path: Path) -> None:
    index = HammingIndex(**kind)
    index.add_many(ZERO * 3, payloads(1, 2, 3))
    described = index.describe()
    assert (described["codes"], described["radius"]) == (3, 31)
    assert described["level"] == kind.get("level", "none")
    assert int(described["resident_bytes"]) >= 3 * 40


@pytest.mark.skipif(not HAS_KERNEL, reason="the compiled kernel is not installed")
def test_the_compiled_index_tells_base_delta_and_mapped_memory_apart(tmp_path: Path) -> None:
    index = HammingIndex(flavour=Flavour.KERNEL, flat_below=1, folds_by_itself=False)
    index.add_many(ZERO * 3, payloads(1, 2, 3))
    assert index.describe()["delta_codes"] == 3
    index.fold()
    assert (index.describe()["delta_codes"], index.describe()["base_codes"]) == (0, 3)
    assert int(index.describe()["parts"]) > 0
    index.remove(1)
    assert index.describe()["base_removed"] == 1
    index.freeze().save(tmp_path / "index")
    opened = HammingIndex.open(tmp_path / "index", flavour=Flavour.KERNEL).describe()
    assert (opened["codes"], opened["resident_bytes"]) == (2, 0)
    assert int(opened["mapped_bytes"]) >= 2 * 36


@pytest.mark.skipif(not HAS_KERNEL, reason="the compiled kernel is not installed")
def test_what_was_added_is_folded_in_the_background_unless_that_is_off() -> None:
    index = HammingIndex(flavour=Flavour.KERNEL, fold_above=10)
    still = HammingIndex(flavour=Flavour.KERNEL, fold_above=10, folds_by_itself=False)
    for number in range(50):
        index.add(ZERO, number)
        still.add(ZERO, number)
    has_folded = threading.Event()
    for _ in range(500):
        if int(index.describe()["folds"]) or has_folded.wait(0.01):
            break
    assert int(index.describe()["folds"]) > 0
    assert still.describe()["delta_codes"] == 50
    assert len(index.search(ZERO).pairs) == len(still.search(ZERO).pairs) == 50


def test_without_the_kernel_the_twin_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdq, "HAS_KERNEL", False)
    assert HammingIndex().describe()["level"] == "none"
    with pytest.raises(InvalidValue, match="not installed"):
        HammingIndex(flavour=Flavour.KERNEL)


def test_a_level_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="level 'abacus'"):
        HammingIndex(level="abacus")
    with pytest.raises(ValueError, match="level 'plain'"):
        HammingIndex(flavour=Flavour.TWIN, level="plain")


def test_the_index_is_a_part_of_the_public_library() -> None:
    assert safelight.HammingIndex is HammingIndex
    assert safelight.Hits is Hits
