"""When a second reader is asked, as a table; and the sample that nobody can foresee."""

from dataclasses import replace

import pytest

from safelight.hashing.signal import SignalType
from safelight.matching.match import MatchKind
from safelight.review.case import ItemMatch
from safelight.review.decision import Finding
from safelight.review.second_reading import Read, SecondReading, SecondReason, is_sampled, second_reasons


def _match(kind: MatchKind, distance: int = 0, entry: int = 5) -> ItemMatch:
    return ItemMatch(
        bank_name="known",
        entry_id=entry,
        signal_type=SignalType.PDQ,
        kind=kind,
        distance=distance,
        threshold=31,
        orientation="",
    )


EXACT, NEAR, FAR = _match(MatchKind.EXACT), _match(MatchKind.NEAR, 20), _match(MatchKind.NEAR, 21)
OTHER = _match(MatchKind.EXACT, entry=6)


@pytest.mark.parametrize(
    "row",  # matches, finding, what else is known, the reasons
    [
        ([EXACT], Finding.CONFIRMED, {}, set()),
        ([EXACT], Finding.NOT_A_MATCH, {}, {SecondReason.CLEARS_VERIFIED}),
        ([EXACT], Finding.OTHER_KIND, {}, {SecondReason.CLEARS_VERIFIED}),
        ([OTHER], Finding.NOT_A_MATCH, {}, set()),
        ([NEAR], Finding.NOT_A_MATCH, {}, set()),
        ([FAR], Finding.CONFIRMED, {}, {SecondReason.FAR_NEAR_MATCH}),
        ([FAR, NEAR], Finding.CONFIRMED, {}, set()),
        ([FAR, OTHER], Finding.CONFIRMED, {}, set()),
        ([], Finding.CONFIRMED, {}, set()),
        ([], Finding.CONFIRMED, {"is_contradiction": True}, {SecondReason.CONTRADICTS_TWO}),
    ],
)
def test_a_second_reader_is_asked_for_a_reason(some_item, some_decision, row) -> None:
    matches, finding, more, reasons = row
    decision = replace(some_decision, finding=finding)
    read = Read(item=replace(some_item, matches=tuple(matches)), decision=decision, **more)
    assert second_reasons(SecondReading(), [read], {5}, is_sampled=False) == reasons
    assert second_reasons(SecondReading(), [read], {5}, is_sampled=True) == reasons | {SecondReason.SAMPLED}


def test_a_policy_that_is_switched_off_asks_nobody(some_item, some_decision) -> None:
    decision = replace(some_decision, finding=Finding.NOT_A_MATCH)
    read = Read(item=replace(some_item, matches=(EXACT,)), decision=decision)
    assert second_reasons(SecondReading(clearing=False), [read], {5}, is_sampled=False) == set()


def test_the_sample_is_of_the_share_set_the_same_every_time_and_another_under_another_secret() -> None:
    policy = SecondReading(share=1000)
    drawn = [is_sampled(policy, b"secret", case, 1) for case in range(5000)]
    assert 400 < sum(drawn) < 600
    assert drawn == [is_sampled(policy, b"secret", case, 1) for case in range(5000)]
    assert drawn != [is_sampled(policy, b"other", case, 1) for case in range(5000)]
    assert drawn != [is_sampled(policy, b"secret", case, 2) for case in range(5000)]
    larger = [is_sampled(replace(policy, share=3000), b"secret", case, 1) for case in range(5000)]
    assert all(wide for narrow, wide in zip(drawn, larger, strict=True) if narrow)
    assert not any(is_sampled(replace(policy, share=0), b"secret", case, 1) for case in range(100))
    assert all(is_sampled(replace(policy, share=10_000), b"secret", case, 1) for case in range(100))
