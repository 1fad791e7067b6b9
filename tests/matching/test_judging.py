"""Allow-lists suppress what they are beside, frame by frame, and nothing else."""

import numpy as np
import pytest

from safelight.banks.control import Opinion
from safelight.matching import judgement
from safelight.matching.judgement import Control
from safelight.matching.judging import judge_near

PDQ, LOGO = (np.random.default_rng(seed).bytes(32) for seed in (3, 4))
MD5 = b"\1" * 16


@pytest.fixture
def book(book):
    """Have a bank and an allow-list that suppresses its matches."""
    book.bank(1)
    book.allow_list(2, 1)
    return book


def _judged(book, *signals, limit: int | None = None, banks=(1,)):
    judged, cut = judge_near(book.snapshot(), signals, banks, b"media", limit=limit)
    assert cut == 0 or limit is not None
    return {
        each.candidate.entry_id: (
            each.candidate.distance,
            each.candidate.signal.frame,
            each.control,
            each.suppressed_by.entry_id if each.suppressed_by else None,
        )
        for each in judged
    }


def test_a_match_yields_to_an_allow_lists_entry_that_is_as_near(book) -> None:
    book.entry(1, book.flip(PDQ, 4))
    book.entry(2, book.flip(PDQ, 4, start=100), bank_id=2)
    assert _judged(book, book.pdq(PDQ)) == {1: (4, None, Control.ALLOW_LIST, 2)}
    book.entry(2, book.flip(PDQ, 5, start=100), bank_id=2)
    assert _judged(book, book.pdq(PDQ)) == {1: (4, None, None, None)}


def test_the_nearest_of_several_that_suppress_is_told(book) -> None:
    book.entry(1, book.flip(PDQ, 9))
    for number, bits in ((2, 9), (3, 1), (4, 3)):
        book.entry(number, book.flip(PDQ, bits, start=100), bank_id=2)
    assert _judged(book, book.pdq(PDQ)) == {1: (9, None, Control.ALLOW_LIST, 3)}


def test_a_harmless_frame_does_not_hide_what_another_frame_shows(book) -> None:
    book.entry(1, PDQ)
    book.entry(2, LOGO, bank_id=2)
    frames = [book.pdq(LOGO, frame=0), book.pdq(book.flip(PDQ, 6), frame=1)]
    assert _judged(book, *frames) == {1: (6, 1, None, None)}


def test_an_entry_that_is_suppressed_where_it_is_nearest_counts_in_another_frame(book) -> None:
    book.entry(1, PDQ)
    book.entry(2, book.flip(PDQ, 2), bank_id=2)
    far_from_both = book.flip(book.flip(PDQ, 10, start=100), 0)
    frames = [book.pdq(book.flip(PDQ, 2), frame=0), book.pdq(far_from_both, frame=1)]
    assert _judged(book, *frames) == {1: (10, 1, None, None)}
    assert _judged(book, frames[0]) == {1: (2, 0, Control.ALLOW_LIST, 2)}


def test_the_digest_of_harmless_media_hides_every_frame(book) -> None:
    book.entry(1, PDQ)
    book.entry(3, MD5, "md5")
    book.entry(2, MD5, "md5", bank_id=2)
    told = _judged(book, book.md5(MD5), book.pdq(PDQ, frame=1), book.pdq(book.flip(PDQ, 3), frame=2))
    assert told == {1: (0, 1, Control.ALLOW_LIST, 2), 3: (0, None, Control.ALLOW_LIST, 2)}


def test_digests_of_an_allow_list_that_only_begin_alike_hide_nothing(book) -> None:
    book.entry(1, PDQ)
    book.entry(2, MD5[:8] + b"\2" * 8, "md5", bank_id=2)
    assert _judged(book, book.md5(MD5), book.pdq(PDQ)) == {1: (0, None, None, None)}


def test_an_exact_match_does_not_yield_to_a_near_one(book) -> None:
    book.entry(1, MD5, "md5")
    book.entry(3, book.flip(PDQ, 2))
    book.entry(2, PDQ, bank_id=2)
    told = _judged(book, book.md5(MD5), book.pdq(PDQ))
    assert told == {1: (0, None, None, None), 3: (2, None, Control.ALLOW_LIST, 2)}


def test_a_disabled_allow_list_or_one_of_other_banks_hides_nothing(book) -> None:
    book.entry(1, PDQ)
    book.entry(2, PDQ, bank_id=2)
    for allow_list in ({"is_enabled": False}, {"suppresses": frozenset()}):
        book.allow_list(2, 1)
        assert _judged(book, book.pdq(PDQ))[1][2] is Control.ALLOW_LIST
        book.bank(2, **({"is_allow_list": True, "suppresses": frozenset({1})} | allow_list))
        assert _judged(book, book.pdq(PDQ))[1][2] is None


def test_an_allow_lists_entry_that_our_reviewers_doubt_hides_nothing(book) -> None:
    book.entry(1, PDQ)
    book.entry(2, PDQ, bank_id=2)
    book.control(2, opinion=Opinion.DECONFIRMED)
    assert _judged(book, book.pdq(PDQ)) == {1: (0, None, None, None)}


def test_an_allow_list_is_looked_at_wholly_however_much_else_of_it_is_near(book) -> None:
    book.cluster(range(10, 3_000), PDQ, bank_id=2, threshold=0)
    book.entry(1, book.flip(PDQ, 20))
    book.entry(2, book.flip(PDQ, 15, start=60), bank_id=2)
    assert _judged(book, book.pdq(book.flip(PDQ, 1, start=200)), limit=1_000)[1] == (21, None, Control.ALLOW_LIST, 2)


def test_of_a_cluster_on_an_allow_list_only_the_nearest_is_held_against_each_candidate(book, monkeypatch) -> None:
    book.allow_list(3, 1)
    book.cluster(range(10, 2_010), book.flip(PDQ, 8, start=30), bank_id=2)
    book.cluster(range(2_010, 3_010), book.flip(PDQ, 7, start=30), bank_id=3)
    book.cluster(range(5_000, 6_000), book.flip(PDQ, 6))
    book.entry(6_000, book.flip(PDQ, 7))
    book.control(2_010, opinion=Opinion.DECONFIRMED)
    suppresses, asked = judgement._suppresses, []
    monkeypatch.setattr(judgement, "_suppresses", lambda *given: (asked.append(None), suppresses(*given))[1])
    told = _judged(book, book.pdq(PDQ))
    assert told.pop(6_000) == (7, None, Control.ALLOW_LIST, 2_011)
    assert set(told.values()) == {(6, None, None, None)}
    assert len(asked) <= 2 * 1_001


def test_without_allow_lists_each_entry_is_judged_once(book, monkeypatch) -> None:
    book.bank(2)
    book.entry(1, PDQ)
    frames = [book.pdq(book.flip(PDQ, bits), frame=bits) for bits in range(5)]
    assert _judged(book, *frames) == {1: (0, 0, None, None)}


def test_an_entry_beyond_its_own_threshold_is_told_to_be_so(book) -> None:
    book.entry(1, book.flip(PDQ, 10))
    book.control(1, threshold=9)
    assert _judged(book, book.pdq(PDQ)) == {1: (10, None, Control.THRESHOLD, None)}
