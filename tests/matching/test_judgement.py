"""Every control keeps a candidate from being a match, in a stated order, and says so."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from safelight.banks.bank import DeconfirmedPolicy
from safelight.banks.control import Opinion
from safelight.hashing.signal import SignalType
from safelight.matching.candidate import Candidate
from safelight.matching.judgement import Control, Judgement, judge, may_suppress
from safelight.matching.snapshot import ThresholdSource

MEDIA = b"the digest of some media"
PDQ = bytes(range(32))
QUARANTINED = {"quarantined_at": datetime(2026, 1, 1, tzinfo=UTC)}
DOUBTED = {"opinion": Opinion.DECONFIRMED}


def _candidate(book, entry_id: int = 1, distance: int = 5, signal=None) -> Candidate:
    bank_id = book.entries[entry_id].bank_id
    return Candidate(signal=signal or book.pdq(PDQ), bank_id=bank_id, entry_id=entry_id, distance=distance)


def _judged(book, *asked: int, distance: int = 5, allowed=(), threshold: int | None = None) -> Judgement:
    snapshot = book.snapshot(*asked, threshold=threshold)
    return judge(snapshot, _candidate(book, distance=distance), media_digest=MEDIA, allowed=allowed)


@pytest.fixture
def book(book):
    """Have one entry in one bank, and one in an allow-list that suppresses it."""
    book.bank(1)
    book.bank(2)
    book.allow_list(3, 1)
    book.entry(1, PDQ)
    book.entry(3, PDQ, bank_id=3)
    return book


def test_what_no_control_keeps_back_is_a_match(book) -> None:
    judgement = _judged(book)
    assert (judgement.control, judgement.suppressed_by, judgement.is_demoted) == (None, None, False)
    assert (judgement.threshold, judgement.threshold_source, judgement.is_exact) == (31, ThresholdSource.BANK, False)


def test_an_entry_of_a_bank_that_is_not_asked_is_none(book) -> None:
    assert _judged(book, 2).control is Control.NOT_ASKED


def test_an_entry_of_a_disabled_bank_is_none(book) -> None:
    book.banks[1] = replace(book.banks[1], is_enabled=False)
    assert _judged(book).control is Control.DISABLED


def test_an_entry_of_an_allow_list_is_none(book) -> None:
    snapshot = book.snapshot()
    assert judge(snapshot, _candidate(book, 3), media_digest=MEDIA).control is Control.IS_ALLOWED


def test_an_entry_of_a_disabled_allow_list_is_told_to_be_switched_off(book) -> None:
    book.banks[3] = replace(book.banks[3], is_enabled=False)
    assert judge(book.snapshot(), _candidate(book, 3), media_digest=MEDIA).control is Control.DISABLED


@pytest.mark.parametrize(("distance", "control"), [(30, None), (31, None), (32, Control.THRESHOLD)])
def test_a_threshold_is_met_at_it_and_not_beyond_it(book, distance: int, control: Control | None) -> None:
    assert _judged(book, distance=distance).control is control


def test_the_threshold_of_the_query_goes_before_that_of_the_entry_and_that_before_its_banks(book) -> None:
    book.banks[1] = replace(book.banks[1], thresholds={"pdq": 20})
    assert (_judged(book).threshold, _judged(book).threshold_source) == (20, ThresholdSource.BANK)
    book.control(1, threshold=0)
    assert (_judged(book).threshold, _judged(book).threshold_source) == (0, ThresholdSource.ENTRY)
    asked = _judged(book, threshold=9)
    assert (asked.threshold, asked.threshold_source, asked.control) == (9, ThresholdSource.QUERY, None)


def test_media_outside_the_roll_out_is_none_and_stays_where_it_is(book) -> None:
    book.banks[1] = replace(book.banks[1], rollout=0)
    assert _judged(book).control is Control.ROLLOUT
    seen = {}
    for share in (0, 100, 2_500, 5_000, 9_999, 10_000):
        book.banks[1] = replace(book.banks[1], rollout=share)
        snapshot, candidate = book.snapshot(), _candidate(book)
        media = [number.to_bytes(32, "big") for number in range(2_000)]
        inside = {
            digest for digest in media if judge(snapshot, candidate, media_digest=digest).control is not Control.ROLLOUT
        }
        assert all(inside >= smaller for smaller in seen.values())
        assert len(inside) == pytest.approx(share / 5, abs=70)
        seen[share] = inside
    assert (len(seen[0]), len(seen[10_000])) == (0, 2_000)


def test_two_banks_roll_out_to_different_media(book) -> None:
    book.banks[1] = replace(book.banks[1], rollout=5_000)
    other = replace(book.banks[1], rollout_key=b"other")
    media = [number.to_bytes(32, "big") for number in range(200)]
    assert [book.banks[1].in_rollout(digest) for digest in media] != [other.in_rollout(digest) for digest in media]


def test_an_entry_in_quarantine_is_none(book) -> None:
    book.control(1, **QUARANTINED)
    assert _judged(book).control is Control.FLOOD_GUARD


def test_a_deconfirmed_entry_is_none_or_the_last_by_its_banks_policy(book) -> None:
    book.control(1, **DOUBTED)
    stopped = _judged(book)
    assert (stopped.control, stopped.opinion, stopped.is_demoted) == (Control.DECONFIRMED, Opinion.DECONFIRMED, False)
    book.banks[1] = replace(book.banks[1], deconfirmed=DeconfirmedPolicy.DEMOTE)
    demoted = _judged(book)
    assert (demoted.control, demoted.opinion, demoted.is_demoted) == (None, Opinion.DECONFIRMED, True)


def test_a_confirmed_entry_is_a_match_that_says_so(book) -> None:
    book.control(1, opinion=Opinion.CONFIRMED)
    assert (_judged(book).control, _judged(book).opinion) == (None, Opinion.CONFIRMED)


@pytest.mark.parametrize(("distance", "is_suppressed"), [(4, True), (5, True), (6, False)])
def test_an_allow_list_suppresses_what_it_is_at_least_as_near_to(book, distance: int, is_suppressed: bool) -> None:
    allowed = _candidate(book, 3, distance)
    judgement = _judged(book, allowed=[allowed])
    assert judgement.control is (Control.ALLOW_LIST if is_suppressed else None)
    assert judgement.suppressed_by == (allowed if is_suppressed else None)


def test_an_allow_list_suppresses_only_matches_of_the_banks_that_it_names(book) -> None:
    book.banks[3] = replace(book.banks[3], suppresses=frozenset({2}))
    assert _judged(book, allowed=[_candidate(book, 3, 0)]).control is None


def test_a_harmless_frame_says_nothing_of_another_frame(book) -> None:
    allowed = _candidate(book, 3, 0, signal=book.pdq(PDQ, frame=7))
    assert _judged(book, allowed=[allowed]).control is None


def test_an_exact_match_yields_only_to_an_exact_one_and_a_near_one_to_both(book) -> None:
    book.entry(4, b"\1" * 16, "md5")
    md5 = book.md5(b"\1" * 16)
    exact, near = _candidate(book, 4, 0, signal=md5), _candidate(book, 1, 0)
    allowed_exactly, allowed_nearly = _candidate(book, 3, 0, signal=md5), _candidate(book, 3, 0)
    snapshot = book.snapshot()

    def control(candidate: Candidate, allowed: Candidate) -> Control | None:
        return judge(snapshot, candidate, media_digest=MEDIA, allowed=[allowed]).control

    assert control(exact, allowed_nearly) is None
    assert control(exact, allowed_exactly) is Control.ALLOW_LIST
    assert control(near, allowed_exactly) is Control.ALLOW_LIST
    assert control(near, allowed_nearly) is Control.ALLOW_LIST


def test_of_several_controls_the_first_in_their_order_is_told(book) -> None:
    """Everything holds at first; then one after the other is taken away."""
    book.control(1, **QUARANTINED, **DOUBTED)
    book.banks[1] = replace(book.banks[1], is_enabled=False, rollout=0)
    told = []

    def tell(*asked: int, distance: int = 40) -> None:
        told.append(_judged(book, *asked, distance=distance, allowed=[_candidate(book, 3, 0)]).control)

    tell(2)
    book.banks[1] = replace(book.banks[1], is_enabled=True)
    tell(2)
    tell(1)
    tell(1, distance=5)
    book.banks[1] = replace(book.banks[1], rollout=10_000)
    tell(1, distance=5)
    book.control(1, **DOUBTED)
    tell(1, distance=5)
    book.controls.clear()
    tell(1, distance=5)
    assert told == [
        Control.DISABLED,
        Control.NOT_ASKED,
        Control.THRESHOLD,
        Control.ROLLOUT,
        Control.FLOOD_GUARD,
        Control.DECONFIRMED,
        Control.ALLOW_LIST,
    ]


def test_suppression_is_told_only_where_it_is_what_acted(book) -> None:
    book.control(1, **QUARANTINED)
    judgement = _judged(book, allowed=[_candidate(book, 3, 0)])
    assert (judgement.control, judgement.suppressed_by) == (Control.FLOOD_GUARD, None)


def test_an_allow_lists_entry_suppresses_within_its_threshold_and_only_while_nothing_is_in_doubt(book) -> None:
    def may(distance: int = 5) -> bool:
        return may_suppress(book.snapshot(), _candidate(book, 3, distance), MEDIA)

    assert (may(), may(31), may(32)) == (True, True, False)
    book.control(3, threshold=40)
    assert may(40)
    for control in (QUARANTINED, DOUBTED):
        book.control(3, **control)
        assert not may()
    book.control(3, opinion=Opinion.CONFIRMED)
    assert may()
    book.banks[3] = replace(book.banks[3], rollout=0)
    assert not may()


def test_judgements_are_told_demoted_last_exact_first_and_nearest_first(book) -> None:
    book.entry(4, b"\1" * 16, "md5")
    book.entry(5, PDQ)
    book.control(5, **DOUBTED)
    book.banks[1] = replace(book.banks[1], deconfirmed=DeconfirmedPolicy.DEMOTE)
    snapshot = book.snapshot()
    candidates = [
        _candidate(book, 5, 0),
        _candidate(book, 1, 9),
        _candidate(book, 1, 2),
        _candidate(book, 4, 0, signal=book.md5(b"\1" * 16)),
    ]
    judged = sorted((judge(snapshot, each, media_digest=MEDIA) for each in candidates), key=lambda each: each.order)
    told = [(each.candidate.entry_id, each.candidate.distance) for each in judged]
    assert told == [(4, 0), (1, 2), (1, 9), (5, 0)]
    assert [each.is_exact for each in judged] == [True, False, False, False]
    assert judged[0].candidate.signal.type is SignalType.MD5
