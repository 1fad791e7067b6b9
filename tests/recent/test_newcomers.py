"""Newcomers are gathered by type and by the distance within which they are worth a look."""

import numpy as np

from safelight.hashing.signal import SignalType
from safelight.matching.payload import radii_of
from safelight.recent.newcomers import Newcomers, as_keys


def test_digests_are_known_by_how_they_begin_and_codes_by_their_banks_radius(value) -> None:
    newcomers = Newcomers(radii_of({1: 31, 2: 10}))
    newcomers.add(SignalType.PDQ, [(1, 5, value(1)), (2, 6, value(2)), (2, 7, value(3))])
    newcomers.add(SignalType.PDQ, [(9, 8, value(4))], radius=64)
    digest = value(5, SignalType.MD5)
    newcomers.add(SignalType.MD5, [(1, 9, digest), (2, 10, digest)])
    codes = {radius: {row.tobytes() for row in rows} for radius, rows in newcomers.codes().items()}
    assert codes == {31: {value(1)}, 10: {value(2), value(3)}, 64: {value(4)}}
    assert newcomers.digests()[SignalType.MD5].tolist() == [int.from_bytes(digest[:8], "big")]
    assert (len(newcomers), dict(newcomers.by_bank)) == (6, {1: 2, 2: 3, 9: 1})


def test_what_no_index_could_hold_or_no_bank_searches_is_left_out(value) -> None:
    newcomers = Newcomers(radii_of({1: 31}))
    newcomers.add(SignalType.MD5, [(1, 5, b"short")])
    newcomers.add(SignalType.PDQ, [(2, 6, value(1)), (0, 7, value(2))])
    assert (newcomers.codes(), newcomers.digests()) == ({}, {})


def test_a_key_is_the_first_eight_bytes_as_a_number() -> None:
    rows = np.frombuffer(bytes(range(32)), np.uint8).reshape(2, 16)
    assert as_keys(rows).tolist() == [
        int.from_bytes(bytes(range(8)), "big"),
        int.from_bytes(bytes(range(16, 24)), "big"),
    ]
