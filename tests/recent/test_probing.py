"""A block is held against newcomers: from either side, and with either kernel, the same is near."""

import pytest

from safelight.hashing.pdq import HAS_KERNEL, Flavour
from safelight.hashing.signal import SignalType
from safelight.matching.payload import radii_of
from safelight.recent.block import Block
from safelight.recent.newcomers import Newcomers
from safelight.recent.packing import pack
from safelight.recent.probing import Probe

_FLAVOURS = [Flavour.TWIN, *([Flavour.KERNEL] if HAS_KERNEL else [])]


def _flipped(value: bytes, bits: int) -> bytes:
    return (int.from_bytes(value, "big") ^ ((1 << bits) - 1)).to_bytes(len(value), "big")


@pytest.fixture
def block(still) -> Block:
    block = Block()
    for number in range(40):
        block.add(number, pack(still(number)))
    return block


@pytest.mark.parametrize("flavour", _FLAVOURS)
@pytest.mark.parametrize("few", [0, 100], ids=["with a directory", "without one"])
def test_what_lies_within_the_radius_of_its_bank_is_near(block, still, value, flavour, few) -> None:
    codes = [still(number).signals[1].orientations[number % 8] for number in range(6)]
    newcomers = Newcomers(radii_of({1: 31, 2: 5}))
    rows = [(1, codes[0], 31), (1, codes[1], 32), (2, codes[2], 5), (2, codes[3], 6), (1, codes[4], 0)]
    newcomers.add(SignalType.PDQ, [(bank, 9, _flipped(code, bits)) for bank, code, bits in rows])
    newcomers.add(SignalType.PDQ, [(3, 9, _flipped(codes[5], 64))], radius=64)
    newcomers.add(SignalType.MD5, [(1, 9, value(30, SignalType.MD5)), (1, 9, value(999, SignalType.MD5))])
    probe = Probe(newcomers.digests(), newcomers.codes(), flavour=flavour, few=few)
    assert probe.near(block) == {0, 2, 4, 5, 30}


def test_of_types_that_the_block_has_not_nothing_is_near(block, value) -> None:
    newcomers = Newcomers(radii_of({1: 31}))
    newcomers.add(SignalType.SHA1, [(1, 9, value(1, SignalType.SHA1))])
    newcomers.add(SignalType.PDQ, [(1, 9, value(1))])
    probe = Probe(newcomers.digests(), newcomers.codes(), flavour=Flavour.AUTO)
    assert probe.near(Block()) == set()


def test_without_newcomers_nothing_is_near(block) -> None:
    assert Probe({}, {}, flavour=Flavour.AUTO).near(block) == set()


def test_a_newcomer_that_is_near_to_very_much_finds_all_of_it(still, value) -> None:
    block, newcomers = Block(), Newcomers(radii_of({1: 31}))
    for number in range(300):
        block.add(number, pack(still(7)))
    newcomers.add(SignalType.PDQ, [(1, 9, still(7).signals[1].value)])
    assert Probe({}, newcomers.codes(), flavour=Flavour.AUTO).near(block) == set(range(300))
