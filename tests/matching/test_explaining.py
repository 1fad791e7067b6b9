"""An explanation tells everything that was near, and which control acted on it."""

from datetime import UTC, datetime

import numpy as np

from safelight.banks.bank import DeconfirmedPolicy
from safelight.banks.control import Opinion
from safelight.hashing.signal import NoSignal, Reason, SignalType
from safelight.matching.explaining import WIDER_BITS, explain
from safelight.matching.explanation import Explanation
from safelight.matching.judgement import Control
from safelight.matching.steps import find_matches

PDQ = np.random.default_rng(3).bytes(32)
MD5 = b"\1" * 16
MEDIA = b"media"


def _explain(book, *answers, asked=(), **more) -> Explanation:
    snapshot = book.snapshot(*asked, **more)
    explanation = explain(snapshot, answers, MEDIA, find_matches(snapshot, answers, MEDIA))
    assert explanation.answers == answers
    counting = {each.match.entry_id for each in explanation.considered if each.control is None}
    assert counting == {match.entry_id for match in explanation.found.matches}
    withheld = {each.match.entry_id: each.control for each in explanation.found.withheld}
    assert withheld.items() <= {each.match.entry_id: each.control for each in explanation.considered}.items()
    return explanation


def _controls(explanation: Explanation) -> dict[int, Control | None]:
    return {each.match.entry_id: each.control for each in explanation.considered}


def test_everything_near_is_listed_with_the_control_that_acted_the_nearest_first(book) -> None:
    book.bank(1)
    book.bank(2, is_enabled=False)
    book.bank(3)
    book.allow_list(4, 1)
    book.bank(5, rollout=0)
    book.bank(6, deconfirmed=DeconfirmedPolicy.DEMOTE)
    placed = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 10: 1, 11: 1, 12: 1, 13: 1}
    for distance, (number, bank) in enumerate(placed.items()):
        book.entry(number, book.flip(PDQ, distance), bank_id=bank)
    book.control(6, opinion=Opinion.DECONFIRMED)
    book.control(10, quarantined_at=datetime(2026, 1, 1, tzinfo=UTC))
    book.control(11, opinion=Opinion.DECONFIRMED)
    book.control(13, threshold=2)
    explanation = _explain(book, book.pdq(PDQ), asked=(1, 5, 6))
    assert _controls(explanation) == {
        1: None,
        2: Control.DISABLED,
        3: Control.NOT_ASKED,
        4: Control.IS_ALLOWED,
        5: Control.ROLLOUT,
        6: None,
        10: Control.FLOOD_GUARD,
        11: Control.DECONFIRMED,
        12: Control.ALLOW_LIST,
        13: Control.THRESHOLD,
    }
    assert [each.match.distance for each in explanation.considered] == list(range(10))
    assert {each.match.entry_id: each.suppressed_by for each in explanation.considered if each.suppressed_by} == {12: 4}
    assert explanation.considered_omitted == 0
    assert explanation.searched == {"bank1": 7, "bank5": 7, "bank6": 7}
    assert explanation.left_out == {"bank2": Control.DISABLED, "bank3": Control.NOT_ASKED, "bank5": Control.ROLLOUT}


def test_what_just_missed_is_told_and_what_lies_further_is_not(book) -> None:
    book.entry(1, book.flip(PDQ, 32))
    book.entry(2, book.flip(PDQ, 31 + WIDER_BITS))
    book.entry(3, book.flip(PDQ, 32 + WIDER_BITS))
    explanation = _explain(book, book.pdq(PDQ))
    assert _controls(explanation) == {1: Control.THRESHOLD, 2: Control.THRESHOLD}
    assert explanation.found.matches == ()
    (first, _) = explanation.considered
    assert (first.match.distance, first.match.threshold) == (32, 31)


def test_a_digest_is_equal_or_not_however_wide_the_look(book) -> None:
    book.entry(1, MD5, "md5")
    book.entry(2, MD5[:8] + b"\2" * 8, "md5")
    assert _controls(_explain(book, book.md5(MD5))) == {1: None}


def test_it_says_where_an_entry_came_from_and_who_took_it_in(book) -> None:
    until = datetime(2027, 1, 1, tzinfo=UTC)
    book.entry(7, PDQ, disabled_until=until)
    (told,) = _explain(book, book.pdq(PDQ)).considered
    assert (told.origin, told.line, told.added_by, told.disabled_until) == ("list.csv", 7, "p", until)


def test_it_tells_of_no_more_than_fifty_and_counts_the_others(book) -> None:
    book.cluster(range(1, 31), PDQ)
    book.cluster(range(31, 81), book.flip(PDQ, 40))
    explanation = _explain(book, book.pdq(PDQ))
    assert (len(explanation.considered), explanation.considered_omitted) == (50, 30)
    assert [each.match.entry_id for each in explanation.considered] == list(range(1, 51))


def test_thousands_that_are_near_do_not_hide_the_allow_list_that_suppressed_a_match(book) -> None:
    book.bank(1)
    book.allow_list(2, 1)
    book.bank(3, is_enabled=False)
    book.entry(1, book.flip(PDQ, 3))
    book.entry(2, book.flip(PDQ, 3, start=100), bank_id=2)
    book.cluster(range(10, 1_500), book.flip(PDQ, 3), bank_id=3)
    book.entry(2_000, book.flip(PDQ, 4))
    explanation = _explain(book, book.pdq(PDQ))
    assert _controls(explanation)[1] is Control.ALLOW_LIST


def test_without_a_signal_it_says_why_there_is_none(book) -> None:
    absence = NoSignal(type=SignalType.PDQ, reason=Reason.TOO_SMALL, detail="")
    explanation = _explain(book, absence)
    assert (explanation.considered, explanation.considered_omitted) == ((), 0)


def test_a_query_of_its_own_threshold_is_explained_by_that(book) -> None:
    book.entry(1, book.flip(PDQ, 10))
    (told,) = _explain(book, book.pdq(PDQ), threshold=9).considered
    assert (told.control, told.match.threshold, told.match.threshold_source) == (Control.THRESHOLD, 9, "query")


def test_thousands_of_other_banks_do_not_hide_what_matched_or_was_withheld(book) -> None:
    book.bank(1)
    book.bank(2)
    book.cluster(range(100, 1_500), PDQ, bank_id=2)
    book.entry(1, book.flip(PDQ, 20))
    book.entry(2, book.flip(PDQ, 21))
    book.control(2, opinion=Opinion.DECONFIRMED)
    explanation = _explain(book, book.pdq(PDQ), asked=(1,))
    assert (_controls(explanation)[1], _controls(explanation)[2]) == (None, Control.DECONFIRMED)
    assert [each.match.entry_id for each in explanation.considered[-2:]] == [1, 2]
    assert len(explanation.considered) + explanation.considered_omitted == 1_402


def test_thousands_that_a_control_kept_back_do_not_hide_what_matched(book) -> None:
    book.cluster(range(100, 1_500), PDQ, opinion=Opinion.DECONFIRMED)
    book.entry(1, book.flip(PDQ, 20))
    snapshot, signals = book.snapshot(), [book.pdq(PDQ)]
    found = find_matches(snapshot, signals, MEDIA)
    explanation = explain(snapshot, signals, MEDIA, found)
    assert [each.match.entry_id for each in explanation.considered if each.control is None] == [1]
    assert len(explanation.considered) + explanation.considered_omitted == 1_401


def test_who_may_not_know_of_a_bank_is_told_nothing_of_it_though_its_allow_list_counts(book) -> None:
    book.bank(1)
    book.bank(2)
    book.allow_list(3, 1)
    book.entry(1, PDQ, bank_id=1)
    book.entry(2, book.flip(PDQ, 1), bank_id=2)
    book.entry(3, PDQ, bank_id=3)
    snapshot, answers = book.snapshot(1), [book.pdq(PDQ)]
    found = find_matches(snapshot, answers, MEDIA)
    told = explain(snapshot, answers, MEDIA, found, seen=[1])
    assert [(each.match.entry_id, each.control, each.suppressed_by) for each in told.considered] == [
        (1, Control.ALLOW_LIST, None)
    ]
    assert told.left_out == {}
    everything = explain(snapshot, answers, MEDIA, found)
    assert {each.match.entry_id for each in everything.considered} == {1, 2, 3}
    assert next(each.suppressed_by for each in everything.considered if each.match.entry_id == 1) == 3
