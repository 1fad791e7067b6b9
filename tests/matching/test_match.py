"""What a verdict means."""

import pytest

from safelight.hashing.signal import NoSignal, Reason, Signal, SignalType
from safelight.matching.match import Match, MatchKind, Verdict, decide_verdict
from safelight.testing.matches import exact_match, near_match

SIGNAL = Signal(type=SignalType.MD5, value=b"\0" * 16)


def _absence(reason: Reason) -> NoSignal:
    return NoSignal(type=SignalType.PDQ, reason=reason, detail="")


def _match(kind: MatchKind) -> Match:
    return near_match() if kind is MatchKind.NEAR else exact_match()


@pytest.mark.parametrize("reason", list(Reason))
def test_a_fault_without_a_hit_is_not_scanned_and_a_quiet_reason_leaves_the_verdict_to_the_others(
    reason: Reason,
) -> None:
    verdict = decide_verdict([SIGNAL, _absence(reason)], [])
    assert verdict is (Verdict.NOT_SCANNED if reason.is_fault else Verdict.NO_KNOWN_MATCH)


@pytest.mark.parametrize("reason", list(Reason))
def test_any_hit_is_a_match_whatever_else_failed(reason: Reason) -> None:
    assert decide_verdict([SIGNAL, _absence(reason)], [_match(MatchKind.NEAR)]) is Verdict.NEAR


def test_exact_outranks_near() -> None:
    assert decide_verdict([SIGNAL], [_match(MatchKind.NEAR), _match(MatchKind.EXACT)]) is Verdict.EXACT


def test_only_hits_are_matches() -> None:
    assert {verdict for verdict in Verdict if verdict.is_match} == {Verdict.EXACT, Verdict.NEAR}
