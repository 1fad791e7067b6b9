"""Matches for tests are as matching makes them, and say what they are told to say."""

from safelight.hashing.signal import SignalType
from safelight.matching.match import MatchKind, Verdict, decide_verdict
from safelight.testing.matches import exact_match, near_match


def test_a_match_is_near_or_exact() -> None:
    assert decide_verdict([], [near_match()]) is Verdict.NEAR
    assert decide_verdict([], [near_match(), exact_match()]) is Verdict.EXACT
    assert near_match().distance <= near_match().threshold


def test_a_match_says_what_it_is_told_to_say() -> None:
    match = exact_match(signal_type=SignalType.MD5, entry_id=7)
    assert (match.kind, match.signal_type, match.entry_id) == (MatchKind.EXACT, SignalType.MD5, 7)
