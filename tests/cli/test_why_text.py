"""The text of an explanation: every heading that has something to say, and one closing sentence."""

from safelight.cli.why_text import verdict_words, why_lines
from safelight.hashing.signal import NoSignal, Reason, Signal, SignalType

UNLISTED = Signal(type=SignalType.MD5, value=bytes(16))


def _frame(number: int, quality: int) -> Signal:
    value = bytes([number]) * 32
    return Signal(type=SignalType.PDQ, value=value, quality=quality, frame=number, orientations=(value,) * 8)


def test_the_last_line_is_the_verdict_and_its_reason(told_of) -> None:
    told = told_of(UNLISTED)
    *lines, last = why_lines("x", told)
    assert last == f"Verdict: no_known_match. {verdict_words(told)}"
    assert lines[:2] == ["x", "Hashed"]
    assert "Near" not in lines
    assert "Left out" not in lines


def test_frames_are_counted_and_their_qualities_spanned(told_of) -> None:
    text = list(why_lines("x", told_of(_frame(1, 60), _frame(2, 90))))
    assert "  pdq of 2 frames, quality 60 to 90, in all eight orientations" in text
    assert "  pdq, quality 60, in all eight orientations" in why_lines("x", told_of(_frame(1, 60)))


def test_a_missing_signal_has_its_reason(told_of) -> None:
    missing = NoSignal(type=SignalType.PDQ, reason=Reason.LOW_QUALITY, detail="too little in it")
    text = list(why_lines("x", told_of(UNLISTED, missing)))
    assert "  missing: pdq: low_quality (too little in it)" in text


def test_banks_that_were_left_out_have_their_reason(told_of) -> None:
    text = list(why_lines("x", told_of(UNLISTED, names=[])))
    assert text[text.index("Left out") + 1] == "  known: not among those to be searched"
