"""An index is saved as it was at one moment, opened as it was saved, and refused when its file cannot be trusted."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from safelight.errors import IndexFileRefused
from safelight.hashing.pdq import HAS_KERNEL, Flavour
from safelight.matching.hamming import HammingIndex

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


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param


@pytest.fixture
def index(kind: Kind) -> HammingIndex:
    return HammingIndex(**kind)


def with_bits(count: int) -> bytes:
    return ((1 << count) - 1).to_bytes(32)


def payloads(*values: int) -> np.ndarray:
    return np.array(values, np.uint64)


def test_a_frozen_state_is_saved_as_it_was_while_the_index_goes_on(kind: Kind, tmp_path: Path) -> None:
    index = HammingIndex(**kind, radius=25)
    index.add_many(ZERO * 3, payloads(1, 2, 3))
    index.fold()
    index.add(ZERO, 4)
    index.remove(2)
    frozen = index.freeze()
    index.add(ZERO, 5)
    index.remove(1)
    index.fold()
    assert len(frozen) == 3
    frozen.save(tmp_path / "index", b"position 17")
    frozen.save(tmp_path / "index", b"position 17")
    opened = HammingIndex.open(tmp_path / "index", **kind)
    assert [payload for _, payload in opened.search(ZERO).pairs] == [1, 3, 4]
    assert opened.note == b"position 17"
    assert opened.describe()["radius"] == 25
    assert [file.name for file in tmp_path.iterdir()] == ["index"]
    assert [payload for _, payload in index.search(ZERO).pairs] == [3, 4, 5]


def test_an_opened_index_can_be_changed_and_saved_again(kind: Kind, tmp_path: Path) -> None:
    index = HammingIndex(**kind)
    index.add_many(ZERO * 2, payloads(1, 2))
    index.freeze().save(tmp_path / "index")
    opened = HammingIndex.open(tmp_path / "index", **kind)
    opened.remove(1)
    opened.add(with_bits(1), 3)
    opened.freeze().save(tmp_path / "index")
    assert opened.search(ZERO).pairs == [(0, 2), (1, 3)]
    assert HammingIndex.open(tmp_path / "index", **kind).search(ZERO).pairs == [(0, 2), (1, 3)]


def test_too_long_a_note_is_refused(index: HammingIndex, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at most 65536 bytes"):
        index.freeze().save(tmp_path / "index", bytes(65_537))
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_saving_says_so(index: HammingIndex, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        index.freeze().save(tmp_path / "missing" / "index")


@pytest.mark.parametrize(
    "data",
    [b"", b"x", bytes(100_000), b"SQLite format 3\0" * 1000, b"SLHAMIDX" + bytes(100_000), b"SLplain\n" + bytes(100)],
    ids=["empty", "short", "zeros", "foreign", "head", "other-head"],
)
def test_a_foreign_file_is_refused(kind: Kind, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "index").write_bytes(data)
    with pytest.raises(IndexFileRefused, match="cannot be used, and nothing was taken from it"):
        HammingIndex.open(tmp_path / "index", **kind)
    assert (tmp_path / "index").read_bytes() == data


def test_what_is_missing_or_no_file_is_refused(kind: Kind, tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(IndexFileRefused, match="built anew from the database"):
            HammingIndex.open(path, **kind)


@pytest.mark.skipif(not HAS_KERNEL, reason="the compiled kernel is not installed")
def test_each_flavour_refuses_the_file_of_the_other(tmp_path: Path) -> None:
    for mine, other in ((Flavour.TWIN, Flavour.KERNEL), (Flavour.KERNEL, Flavour.TWIN)):
        HammingIndex(flavour=mine).freeze().save(tmp_path / "index")
        with pytest.raises(IndexFileRefused):
            HammingIndex.open(tmp_path / "index", flavour=other)


def flips(size: int) -> list[tuple[int, int]]:
    """Give places in a file of this size, in every region of it, and for each the bit to change there."""
    generator = np.random.default_rng(5)
    places = {*range(0, 600, 7), *range(600, size, size // 100), *generator.integers(0, size, 50).tolist()}
    return [(place, 1 << int(generator.integers(8))) for place in sorted(places)]


def flip(path: Path, place: int, bit: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        (byte,) = file.read(1)
        file.seek(place)
        file.write(bytes([byte ^ bit]))


@pytest.fixture
def saved(kind: Kind, tmp_path: Path) -> bytes:
    codes = np.random.default_rng(4).integers(0, 256, (2000, 32), np.uint8)
    index = HammingIndex(**kind)
    index.add_many(codes, np.arange(2000, dtype=np.uint64) << np.uint64(38))
    index.freeze().save(tmp_path / "whole", b"note")
    return (tmp_path / "whole").read_bytes()


def test_a_file_with_a_changed_bit_is_refused_or_gives_the_same_answers(
    kind: Kind, tmp_path: Path, saved: bytes
) -> None:
    """A bit in a gap between the sections of the compiled index's file is nobody's, so it may be believed."""
    queries = np.random.default_rng(4).integers(0, 256, (20, 32), np.uint8)
    expected = HammingIndex.open(tmp_path / "whole", **kind).search_many(queries, 110)
    refused = 0
    cases = flips(len(saved))
    for place, bit in cases:
        flip(tmp_path / "whole", place, bit)
        try:
            opened = HammingIndex.open(tmp_path / "whole", **kind)
        except IndexFileRefused:
            refused += 1
        else:
            assert opened.search_many(queries, 110) == expected
            del opened  # what is mapped changes with the file
        flip(tmp_path / "whole", place, bit)
    assert refused > len(cases) / 2


def test_a_file_of_another_length_is_refused(kind: Kind, tmp_path: Path, saved: bytes) -> None:
    sizes = [0, 1, 8, 44, 4095, 4096, *(int(size) for size in np.linspace(0, len(saved) - 1, 20))]
    for case in (*(saved[:size] for size in sizes), saved + b"x", saved + bytes(4096)):
        (tmp_path / "cut").write_bytes(case)
        with pytest.raises(IndexFileRefused):
            HammingIndex.open(tmp_path / "cut", **kind)
