"""Signals are held against a snapshot; what counts is told, what a control kept back too, and the rest is counted."""

import numpy as np
import pytest

from safelight.banks.bank import DeconfirmedPolicy
from safelight.banks.control import Opinion
from safelight.errors import DatabaseUnusable
from safelight.hashing.signal import NoSignal, Reason, Signal, SignalType
from safelight.matching import judging
from safelight.matching.judgement import Control
from safelight.matching.match import Found, Verdict, decide_verdict
from safelight.matching.snapshot import Snapshot
from safelight.matching.steps import MAX_MATCHES, find_matches

PDQ = np.random.default_rng(3).bytes(32)
MD5 = b"\1" * 16
MEDIA = b"media"
QUARANTINED = {"quarantined_at": "some time"}
DOUBTED = {"opinion": Opinion.DECONFIRMED}


def _find(snapshot: Snapshot, *signals: Signal) -> Found:
    return find_matches(snapshot, signals, MEDIA)


def _ids(found: Found) -> list[int]:
    return [match.entry_id for match in found.matches]


def _withheld(found: Found) -> list[tuple[int, Control]]:
    return [(each.match.entry_id, each.control) for each in found.withheld]


def test_the_threshold_is_met_at_it_and_not_beyond_it(book) -> None:
    book.entry(1, book.flip(PDQ, 31))
    book.entry(2, book.flip(PDQ, 32))
    found = _find(book.snapshot(), book.pdq(PDQ))
    assert (_ids(found), found.withheld, found.compared) == ([1], (), {SignalType.PDQ: 2})


def test_each_bank_has_its_own_threshold_and_a_query_may_have_another(book) -> None:
    book.bank(1, thresholds={"pdq": 9})
    book.bank(2, thresholds={"pdq": 40})
    book.entry(1, book.flip(PDQ, 10), bank_id=1)
    book.entry(2, book.flip(PDQ, 40), bank_id=2)
    assert _ids(_find(book.snapshot(), book.pdq(PDQ))) == [2]
    assert _ids(_find(book.snapshot(threshold=10), book.pdq(PDQ))) == [1]


def test_an_entry_whose_threshold_is_wider_than_its_banks_is_found_there_and_others_are_not(book) -> None:
    book.entry(1, book.flip(PDQ, 50))
    book.entry(2, book.flip(PDQ, 50, start=60))
    book.control(1, threshold=50)
    (match,) = _find(book.snapshot(), book.pdq(PDQ)).matches
    assert (match.entry_id, match.threshold, match.threshold_source) == (1, 50, "entry")
    assert _find(book.snapshot(threshold=49), book.pdq(PDQ)).matches == ()


def test_an_entry_whose_threshold_is_narrower_than_its_banks_is_found_only_there(book) -> None:
    book.entry(1, book.flip(PDQ, 5))
    book.control(1, threshold=4)
    found = _find(book.snapshot(), book.pdq(PDQ))
    assert (found.matches, found.withheld) == ((), ())
    assert _ids(_find(book.snapshot(threshold=5), book.pdq(PDQ))) == [1]


def test_exact_matches_come_first_then_the_nearest(book) -> None:
    book.entry(1, book.flip(PDQ, 3))
    book.entry(2, PDQ)
    book.entry(3, MD5, "md5")
    assert _ids(_find(book.snapshot(), book.pdq(PDQ), book.md5(MD5))) == [3, 2, 1]


def test_what_became_of_an_entry_since_it_was_found_does_not_count(book) -> None:
    book.entry(1, PDQ, disabled=True)
    assert _ids(_find(book.snapshot(), book.pdq(PDQ))) == [1]


def test_an_entry_that_the_database_has_lost_is_an_error_and_not_passed_over(book) -> None:
    book.entry(1, PDQ)
    snapshot = book.snapshot()
    book.entries.clear()
    with pytest.raises(DatabaseUnusable, match="lost entry 1"):
        _find(snapshot, book.pdq(PDQ))


def test_reasons_are_not_searched(book) -> None:
    book.entry(1, PDQ)
    absence = NoSignal(type=SignalType.PDQ, reason=Reason.DEGENERATE, detail="")
    found = find_matches(book.snapshot(), [absence], MEDIA)
    assert (found.matches, found.compared) == ((), {})


@pytest.mark.parametrize("count", [MAX_MATCHES + 11, 1_000, 1_001, 5_000])
def test_a_cluster_of_any_size_is_cut_and_the_rest_counted_exactly(book, count: int) -> None:
    book.cluster(range(1, count + 1), PDQ)
    found = _find(book.snapshot(), book.pdq(PDQ))
    assert _ids(found) == list(range(1, MAX_MATCHES + 1))
    assert (found.omitted, found.withheld_omitted) == (count - MAX_MATCHES, 0)


def test_a_cluster_that_is_near_several_orientations_is_counted_at_most_once_in_each(book) -> None:
    book.cluster(range(1, 2_001), PDQ)
    found = _find(book.snapshot(), book.pdq(PDQ, orientations=(PDQ, PDQ, b"\0" * 32)))
    assert len(found.matches) == MAX_MATCHES
    assert 2_000 - MAX_MATCHES <= found.omitted <= 2 * 2_000


@pytest.mark.parametrize("control", [QUARANTINED, DOUBTED])
def test_thousands_that_are_withheld_and_nearer_do_not_hide_one_that_counts(book, control) -> None:
    book.cluster(range(1, 3_001), PDQ, **control)
    book.entry(5_000, book.flip(PDQ, 30))
    found = _find(book.snapshot(), book.pdq(PDQ))
    assert (_ids(found), found.omitted) == ([5_000], 0)
    assert (len(found.withheld), found.withheld_omitted) == (MAX_MATCHES, 3_000 - MAX_MATCHES)


def test_thousands_that_are_demoted_and_nearer_do_not_hide_one_that_counts(book) -> None:
    book.bank(1, deconfirmed=DeconfirmedPolicy.DEMOTE)
    book.cluster(range(1, 1_501), PDQ, **DOUBTED)
    book.entry(5_000, book.flip(PDQ, 30))
    found = _find(book.snapshot(), book.pdq(PDQ))
    assert _ids(found) == [5_000, *range(1, MAX_MATCHES)]
    assert [match.is_demoted for match in found.matches] == [False] + [True] * (MAX_MATCHES - 1)
    assert found.omitted == 1_501 - MAX_MATCHES


def test_thousands_with_narrower_thresholds_do_not_hide_one_that_counts(book) -> None:
    book.cluster(range(1, 1_501), book.flip(PDQ, 1), threshold=0)
    book.entry(5_000, book.flip(PDQ, 30))
    found = _find(book.snapshot(), book.pdq(PDQ))
    assert (_ids(found), found.omitted, found.withheld) == ([5_000], 0, ())


def test_thousands_of_a_bank_that_is_not_rolled_out_do_not_hide_one_that_counts(book) -> None:
    book.bank(1)
    book.bank(2, rollout=0)
    book.cluster(range(1, 1_501), PDQ, bank_id=2)
    book.entry(5_000, book.flip(PDQ, 30))
    found = _find(book.snapshot(), book.pdq(PDQ))
    assert _ids(found) == [5_000]
    assert set(_withheld(found)) == {(number, Control.ROLLOUT) for number in range(1, MAX_MATCHES + 1)}


def test_of_a_cluster_that_is_not_rolled_out_no_more_is_judged_than_at_first(book, monkeypatch) -> None:
    book.bank(1)
    book.bank(2, rollout=0)
    book.cluster(range(1, 5_001), PDQ, bank_id=2)
    book.entry(9_000, book.flip(PDQ, 30))
    judge, judged = judging.judge, []
    monkeypatch.setattr(judging, "judge", lambda *given, **named: (judged.append(None), judge(*given, **named))[1])
    found = _find(book.snapshot(), book.pdq(PDQ))
    assert (_ids(found), len(found.withheld)) == ([9_000], MAX_MATCHES)
    assert found.withheld_omitted >= 1_000 - MAX_MATCHES
    assert len(judged) <= 1_001


def test_thousands_that_an_allow_list_suppresses_do_not_hide_one_that_counts(book) -> None:
    book.bank(1)
    book.bank(3)
    book.allow_list(2, 1)
    book.entry(9_000, PDQ, bank_id=2)
    book.cluster(range(1, 1_501), PDQ)
    book.entry(5_000, book.flip(PDQ, 30), bank_id=3)
    found = _find(book.snapshot(), book.pdq(PDQ))
    assert (_ids(found), found.withheld_omitted) == ([5_000], 1_500 - MAX_MATCHES)
    first = found.withheld[0]
    assert (first.control, first.match.entry_id, first.match.bank_name) == (Control.ALLOW_LIST, 1, "bank1")
    assert first.suppressed_by is not None
    assert (first.suppressed_by.entry_id, first.suppressed_by.bank_name) == (9_000, "bank2")
    assert (first.suppressed_by.distance, first.suppressed_by.threshold) == (0, 31)


def test_what_is_withheld_alters_no_verdict(book) -> None:
    book.entry(1, PDQ)
    book.entry(2, MD5, "md5")
    book.control(1, **QUARANTINED)
    book.control(2, **DOUBTED)
    signals = [book.pdq(PDQ), book.md5(MD5)]
    found = _find(book.snapshot(), *signals)
    assert _withheld(found) == [(2, Control.DECONFIRMED), (1, Control.FLOOD_GUARD)]
    assert decide_verdict(signals, found.matches) is Verdict.NO_KNOWN_MATCH
    book.controls.pop(1)
    found = _find(book.snapshot(), *signals)
    assert decide_verdict(signals, found.matches) is Verdict.NEAR


def test_the_same_media_always_gets_the_same_answer_and_other_media_may_get_another(book) -> None:
    book.bank(1, rollout=5_000)
    book.entry(1, PDQ)
    snapshot, signals = book.snapshot(), [book.pdq(PDQ)]
    media = [number.to_bytes(32, "big") for number in range(100)]
    answers = [len(find_matches(snapshot, signals, digest).matches) for digest in media]
    assert answers == [len(find_matches(snapshot, signals, digest).matches) for digest in media]
    assert 30 < sum(answers) < 70


def test_an_allow_list_that_nobody_told_to_suppress_anything_is_not_matched_either(book) -> None:
    book.bank(1)
    book.allow_list(2)
    book.entry(2, PDQ, bank_id=2)
    found = _find(book.snapshot(), book.pdq(PDQ))
    assert (found.matches, found.withheld, found.compared) == ((), (), {SignalType.PDQ: 0})
