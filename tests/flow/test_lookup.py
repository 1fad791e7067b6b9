"""Signals without media are matched and explained against the banks as they stand."""

from safelight.hashing.signal import Signal, SignalType
from safelight.matching.judgement import Control

NEAR = Signal(type=SignalType.PDQ, value=bytes(31) + b"\x0f")
FAR = Signal(type=SignalType.PDQ, value=b"\xff" * 32)
DIGEST = Signal(type=SignalType.MD5, value=b"\1" * 16)


def test_one_and_many_signals_have_the_same_answers_in_their_order(house, add) -> None:
    add(bytes(32))
    add(DIGEST.value, "md5")
    with house.lookup() as lookup:
        alone = [lookup.match(signal) for signal in (NEAR, FAR, DIGEST)]
        assert lookup.match_many([NEAR, FAR, DIGEST]) == alone
    assert [[match.distance for match in found.matches] for found in alone] == [[4], [], [0]]


def test_a_signal_with_orientations_is_near_by_any_of_them_among_many(house, add) -> None:
    add(bytes(32))
    turned = Signal(
        type=SignalType.PDQ, value=FAR.value, orientations=(FAR.value,) * 5 + (NEAR.value,) + (FAR.value,) * 2
    )
    with house.lookup() as lookup:
        many = [FAR, turned, FAR, DIGEST, NEAR]
        assert lookup.match_many(many) == [lookup.match(signal) for signal in many]
        assert [len(found.matches) for found in lookup.match_many(many)] == [0, 1, 0, 0, 1]


def test_a_look_up_is_explained(house, add) -> None:
    add(bytes(32))
    with house.lookup(threshold=3) as lookup:
        explanation = lookup.explain([NEAR], NEAR.value)
    (considered,) = explanation.considered
    assert (considered.control, considered.match.distance, considered.match.threshold) == (Control.THRESHOLD, 4, 3)
    assert explanation.searched == {"alpha": 2}


def test_its_snapshot_says_what_is_searched(house, add) -> None:
    add(bytes(32))
    with house.lookup() as lookup:
        assert lookup.snapshot.stamp == "alpha@2: 1 entries"
