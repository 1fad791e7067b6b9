"""Likes are grouped as they come: the same bytes, and pictures within the distance that is set."""

from collections.abc import Sequence

import numpy as np
import pytest

from safelight.database.transaction import read, write
from safelight.flow.chain import ScanResult
from safelight.flow.review.deciding import decide_group
from safelight.flow.review.grouping import veiled
from safelight.hashing.signal import NoSignal, Reason, Signal, SignalType
from safelight.matching.match import Verdict
from safelight.review import decision_queries, steps
from safelight.review.case import CaseState
from safelight.review.likeness import Veil
from safelight.review.rules import ReviewRules

VEIL = Veil(b"secret")


def _near(value: bytes, bits: int) -> bytes:
    return (int.from_bytes(value, "big") ^ ((1 << bits) - 1)).to_bytes(32, "big")


def _group(room, value: bytes | None, *, key: bytes = b"", others: Sequence[bytes] = (), **rules: int) -> int:
    likeness = None if value is None else VEIL.likeness([value, *others])
    with write(room.engine) as tx:
        return steps.find_group(tx, room.clock, ReviewRules(**rules), media_key=key, likeness=likeness)


def test_a_picture_joins_the_nearest_group_within_the_distance(room) -> None:
    drawn = np.random.default_rng(7)
    one, other = (drawn.bytes(32) for _ in range(2))
    first, second = _group(room, one), _group(room, other)
    assert first != second
    assert [_group(room, _near(one, bits)) for bits in (0, 1, 15)] == [first] * 3
    assert _group(room, _near(one, 16)) not in {first, second}
    assert _group(room, drawn.bytes(32), others=[other]) == second  # turned or mirrored
    assert _group(room, _near(one, 5), near_duplicate_distance=4) not in {first, second}


def test_the_same_bytes_are_one_group_whether_or_not_they_are_a_picture(room, make) -> None:
    group = _group(room, None, key=b"k" * 32)
    room.case(make.item(make.match(), media_key=b"k" * 32, group=group))
    assert _group(room, None, key=b"k" * 32) == group
    assert _group(room, None, key=b"l" * 32) != group


def test_a_group_goes_over_cases_and_is_decided_in_one_act(room, ann, make) -> None:
    group = _group(room, b"p" * 32)
    cases = [room.case(make.item(make.match(), group=group), subject=name) for name in ("a", "a", "b")]
    room.case(make.item(make.match()), subject="c")
    with read(room.engine) as tx:
        likes = decision_queries.items_of_group(tx, group)
        assert decision_queries.count_groups(tx, [group]) == {group: (3, 2)}
    done = decide_group(room.desk(ann), make.ruling(), item_ids=[each.id for each in likes])
    assert {each.case.id for each in done} == set(cases)
    assert {each.case.state for each in done} == {CaseState.CLOSED}
    with read(room.engine) as tx:
        assert decision_queries.items_of_group(tx, group) == []


@pytest.mark.parametrize(
    ("answers", "count"),
    [
        ((Signal(type=SignalType.PDQ, value=b"p" * 32, orientations=(b"p" * 32, b"q" * 32)),), 2),
        ((Signal(type=SignalType.PDQ, value=b"p" * 32),), 1),
        ((NoSignal(type=SignalType.PDQ, reason=Reason.TOO_SMALL, detail=""),), 0),
        ((Signal(type=SignalType.MD5, value=b"m" * 16),), 0),
    ],
)
def test_what_grouping_knows_of_media_is_its_first_picture_veiled(clock, answers, count) -> None:
    result = ScanResult(
        name=b"-",
        stamp=None,
        media=None,
        verdict=Verdict.NEAR,
        answers=answers,
        picture=None,
        matches=(),
        matches_omitted=0,
        withheld=(),
        withheld_omitted=0,
        compared={},
        against="",
        scanned_at=clock.now(),
    )
    likeness = veiled(b"secret", result)
    assert len(likeness.values if likeness else ()) == count
    assert b"p" * 32 not in (likeness.values if likeness else ())
