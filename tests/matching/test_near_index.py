"""PDQ values are found by distance, in any of eight orientations, each entry once."""

from pathlib import Path

import numpy as np
import pytest

from safelight.errors import IndexFileRefused
from safelight.hashing.pdq import HAS_KERNEL, Flavour
from safelight.hashing.signal import Signal, SignalType
from safelight.matching.near_index import NearIndex
from safelight.matching.payload import payload_of, radii_of

FLAVOURS = [Flavour.TWIN, Flavour.KERNEL] if HAS_KERNEL else [Flavour.TWIN]


def _codes(count: int, seed: int = 7) -> list[bytes]:
    generator = np.random.default_rng(seed)
    return [generator.bytes(32) for _ in range(count)]


def _flip(value: bytes, bits: int) -> bytes:
    return (int.from_bytes(value, "big") ^ ((1 << bits) - 1)).to_bytes(32, "big")


def _pdq(value: bytes, *others: bytes) -> Signal:
    return Signal(type=SignalType.PDQ, value=value, orientations=(value, *others) if others else ())


@pytest.fixture(params=FLAVOURS)
def index(request: pytest.FixtureRequest) -> NearIndex:
    return NearIndex.empty(request.param)


def _add(index: NearIndex, *entries: tuple[int, int, bytes]) -> None:
    payloads = np.array([payload_of(bank, entry) for bank, entry, _ in entries], np.uint64)
    index.add_many(payloads, b"".join(value for _, _, value in entries))


def _found(index: NearIndex, signal: Signal, radii: dict[int, int], limit: int | None = None):
    found, cut = index.search(signal, radii_of(radii), limit)
    return [(candidate.entry_id, candidate.distance, candidate.orientation) for candidate in found], cut


def test_an_entry_near_two_orientations_is_found_once_at_its_smallest_distance(index: NearIndex) -> None:
    codes = _codes(8)
    near = _flip(codes[3], 3)
    _add(index, (1, 5, codes[3]), (1, 6, near))
    signal = _pdq(*codes[:3], near, *codes[3:7])
    assert _found(index, signal, {1: 31}) == ([(5, 0, 4), (6, 0, 3)], 0)


def test_of_orientations_at_the_same_distance_the_first_is_told(index: NearIndex) -> None:
    codes = _codes(3)
    _add(index, (1, 5, codes[1]))
    assert _found(index, _pdq(codes[0], codes[1], codes[1], codes[2]), {1: 31}) == ([(5, 0, 1)], 0)


def test_every_bank_has_its_own_radius_and_one_without_is_left_out(index: NearIndex) -> None:
    (code,) = _codes(1)
    _add(index, *((bank, 10 * bank + bits, _flip(code, bits)) for bank in (1, 2, 3) for bits in (0, 5, 9)))
    found, cut = _found(index, _pdq(code), {1: 5, 3: 0})
    assert ([entry for entry, _, _ in found], cut) == ([10, 30, 15], 0)


def test_the_limit_is_that_of_one_orientation_and_counts_only_what_the_radii_let_through(index: NearIndex) -> None:
    code, other = _codes(2)
    _add(index, *((1, number, _flip(code, number)) for number in range(1, 21)))
    _add(index, *((2, number + 100, code) for number in range(50)))
    found, cut = _found(index, _pdq(code), {1: 15}, limit=10)
    assert ([entry for entry, _, _ in found], cut) == (list(range(1, 11)), 5)
    found, cut = _found(index, _pdq(code, other, code), {1: 15}, limit=10)
    assert (len(found), cut) == (10, 10)  # counted in each orientation in which it was cut


def test_an_index_adds_removes_holds_and_counts(index: NearIndex) -> None:
    codes = _codes(100)
    _add(index, *((1 + number % 2, number + 1, code) for number, code in enumerate(codes)))
    assert index.holds(payload_of(1, 51), codes[50])
    assert not index.holds(payload_of(1, 51), codes[51])
    assert not index.holds(payload_of(2, 51), codes[50])
    assert index.remove(payload_of(1, 51), codes[50])
    assert not index.remove(payload_of(1, 51), codes[50])
    assert not index.holds(payload_of(1, 51), codes[50])
    assert len(index) == 99
    assert _found(index, _pdq(codes[50]), {1: 31}) == ([], 0)
    assert index.remove_bank(2) == 50
    assert (len(index), index.remove_bank(2)) == (49, 0)
    assert _found(index, _pdq(codes[51]), {1: 31, 2: 31}) == ([], 0)
    assert index.describe()["codes"] == 49


def test_what_was_frozen_is_opened_with_its_note_and_does_not_move(index: NearIndex, tmp_path: Path) -> None:
    codes = _codes(3)
    _add(index, (1, 1, codes[0]), (1, 2, codes[1]))
    frozen = index.freeze()
    _add(index, (1, 3, codes[2]))
    index.remove(payload_of(1, 1), codes[0])
    frozen.save(tmp_path / "pdq.index", b"note")
    flavour = Flavour.TWIN if index.describe()["level"] == "none" else Flavour.KERNEL
    opened = NearIndex.open(tmp_path / "pdq.index", flavour)
    assert (opened.note, len(opened)) == (b"note", 2)
    assert [_found(opened, _pdq(code), {1: 31})[0] != [] for code in codes] == [True, True, False]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_file_that_is_none_of_ours_is_refused(flavour: Flavour, tmp_path: Path) -> None:
    (tmp_path / "pdq.index").write_bytes(b"something else" * 1000)
    with pytest.raises(IndexFileRefused):
        NearIndex.open(tmp_path / "pdq.index", flavour)
