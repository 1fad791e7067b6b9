"""What lies near signals is found once, compared wholly, and told with everything that explains it."""

import numpy as np
import pytest

from safelight.errors import DatabaseUnusable
from safelight.hashing.pdq import ORIENTATIONS
from safelight.matching.finding import find_candidates, find_entries, match_of
from safelight.matching.judgement import judge
from safelight.matching.match import MatchKind

PDQ = np.random.default_rng(3).bytes(32)
BEGINS = b"\1" * 8


def _found(book, signals, *banks: int, limit: int | None = None, once: bool = True, **more):
    found, cut = find_candidates(book.snapshot(**more), signals, banks or [1], limit=limit, once=once)
    return [(each.entry_id, each.distance, each.signal.frame) for each in found], cut


def test_an_entry_is_found_once_at_the_frame_where_it_is_nearest_or_in_every_frame(book) -> None:
    book.entry(1, PDQ)
    frames = [book.pdq(book.flip(PDQ, bits), frame=frame) for frame, bits in ((0, 8), (4, 2), (9, 5))]
    assert _found(book, frames) == ([(1, 2, 4)], 0)
    assert _found(book, frames, once=False) == ([(1, 8, 0), (1, 2, 4), (1, 5, 9)], 0)


def test_only_the_banks_named_are_looked_at(book) -> None:
    book.bank(1)
    book.bank(2)
    book.entry(1, PDQ)
    book.entry(2, PDQ, bank_id=2)
    assert _found(book, [book.pdq(PDQ)], 2) == ([(2, 0, None)], 0)
    assert len(_found(book, [book.pdq(PDQ)], 1, 2)[0]) == 2


def test_digests_that_only_begin_alike_are_not_found(book) -> None:
    book.entry(1, BEGINS + b"\1" * 8, "md5")
    book.entry(2, BEGINS + b"\2" * 8, "md5")
    assert _found(book, [book.md5(BEGINS + b"\2" * 8)]) == ([(2, 0, None)], 0)
    assert _found(book, [book.md5(BEGINS + b"\3" * 8)]) == ([], 0)
    both = [book.md5(BEGINS + b"\1" * 8), book.md5(BEGINS + b"\2" * 8)]
    assert sorted(_found(book, both)[0]) == sorted(_found(book, both[::-1])[0]) == [(1, 0, None), (2, 0, None)]


def test_what_the_limit_cuts_is_counted_over_all_signals(book) -> None:
    book.cluster(range(1, 11), PDQ)
    book.cluster(range(11, 16), b"\1" * 16, "md5")
    found, cut = _found(book, [book.pdq(PDQ), book.md5(b"\1" * 16)], limit=4)
    assert ([entry for entry, _, _ in found], cut) == ([1, 2, 3, 4, 11, 12, 13, 14], 7)


def test_a_wider_look_goes_beyond_the_threshold(book) -> None:
    book.entry(1, book.flip(PDQ, 40))
    snapshot, signals = book.snapshot(), [book.pdq(PDQ)]
    assert find_candidates(snapshot, signals, [1], limit=None)[0] == []
    assert find_candidates(snapshot, signals, [1], limit=None, wider=8)[0] == []
    assert [each.distance for each in find_candidates(snapshot, signals, [1], limit=None, wider=9)[0]] == [40]


def test_entries_are_asked_for_only_where_they_are_needed(book) -> None:
    book.entry(1, PDQ)
    book.entry(2, BEGINS * 2, "md5")
    _found(book, [book.pdq(PDQ), book.md5(b"\2" * 16)])
    assert book.asked_for == []
    assert find_entries(book.snapshot(), []) == {}
    assert book.asked_for == []


def test_an_entry_that_the_database_has_lost_is_an_error_and_not_passed_over(book) -> None:
    book.entry(1, PDQ)
    with pytest.raises(DatabaseUnusable, match="lost entry 99"):
        find_entries(book.snapshot(), [1, 99])


def test_a_match_says_everything(book) -> None:
    book.entry(5, book.flip(PDQ, 9), note="n")
    turned = tuple(book.flip(PDQ, bits) for bits in (200, 9, 100))
    (candidate,), _ = find_candidates(
        book.snapshot(), [book.pdq(turned[0], frame=3, orientations=turned)], [1], limit=None
    )
    match = match_of(judge(book.snapshot(), candidate, media_digest=b""), book.entries)
    assert (match.kind, match.distance, match.threshold, match.frame, match.quality) == (MatchKind.NEAR, 0, 31, 3, 99)
    assert (match.entry_id, match.bank_name, match.bank_version, match.orientation) == (5, "bank1", 7, ORIENTATIONS[1])
    assert (match.label, match.label_scheme, match.source, match.entry_key) == ("A1", "scheme", "programme", "k5")
    assert (match.entry_note, match.entry_added_at) == ("n", book.entries[5].provenance.added_at)


def test_a_match_of_an_entry_of_which_little_is_known_says_so_by_empty_text(book) -> None:
    book.entry(1, BEGINS * 2, "md5", label=None, label_scheme=None, key=None)
    (candidate,), _ = find_candidates(book.snapshot(), [book.md5(BEGINS * 2)], [1], limit=None)
    match = match_of(judge(book.snapshot(), candidate, media_digest=b""), book.entries)
    assert (match.kind, match.distance, match.threshold, match.quality) == (MatchKind.EXACT, 0, 0, None)
    assert (match.label, match.label_scheme, match.source, match.entry_key) == ("", "", "list.csv", "")
