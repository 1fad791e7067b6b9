"""Reasons are told in one line of plain words."""

from dataclasses import replace
from datetime import UTC, datetime

from safelight.cli.reasons import tell_reasons
from safelight.flow.chain import ScanResult
from safelight.hashing.signal import NoSignal, Reason, SignalType
from safelight.matching.judgement import Control
from safelight.matching.match import MatchKind, Verdict, Withheld
from safelight.testing.matches import near_match

NOW = datetime(2026, 3, 4, tzinfo=UTC)
NEAR = near_match(distance=12, orientation="rotate90", frame=4)
RESULT = ScanResult(
    name=b"file",
    stamp=None,
    media=None,
    verdict=Verdict.NO_KNOWN_MATCH,
    answers=(),
    picture=None,
    matches=(),
    matches_omitted=0,
    withheld=(),
    withheld_omitted=0,
    compared={SignalType.PDQ: 12},
    against="",
    scanned_at=NOW,
)


def test_a_near_match_tells_distance_threshold_orientation_and_frame() -> None:
    text = tell_reasons(replace(RESULT, verdict=Verdict.NEAR, matches=(NEAR, NEAR), matches_omitted=3))
    assert text == "pdq within 31 of 256 bits: 12, seen rotate90, frame 4; 4 more"


def test_an_exact_match_names_the_digest() -> None:
    exact = replace(NEAR, kind=MatchKind.EXACT, signal_type=SignalType.SHA1)
    assert tell_reasons(replace(RESULT, verdict=Verdict.EXACT, matches=(exact,))) == "the same sha1 digest"


def test_no_match_tells_what_was_compared_and_what_was_not() -> None:
    absence = NoSignal(type=SignalType.PDQ, reason=Reason.DEGENERATE, detail="flat")
    assert tell_reasons(RESULT) == "nothing near among 12 entries"
    assert tell_reasons(replace(RESULT, answers=(absence,))).endswith("; pdq: degenerate (flat)")


def test_a_fault_is_told_once_for_all_its_types() -> None:
    answers = tuple(NoSignal(type=kind, reason=Reason.REFUSED, detail="not ours") for kind in SignalType)
    text = tell_reasons(replace(RESULT, verdict=Verdict.NOT_SCANNED, answers=answers))
    assert text == "md5/sha1/sha256/pdq: refused (not ours)"


def test_what_a_control_withholds_is_told_with_the_control() -> None:
    withheld = Withheld(match=NEAR, control=Control.FLOOD_GUARD)
    text = tell_reasons(replace(RESULT, withheld=(withheld, withheld), withheld_omitted=1))
    assert (
        text == "withheld by flood_guard: known entry 5, pdq within 31 of 256 bits: 12, seen rotate90, frame 4; 2 more"
    )
