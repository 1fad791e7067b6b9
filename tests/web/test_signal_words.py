"""Signals are read strictly, and matches told as far as the key may know."""

from dataclasses import replace

import pytest

from safelight.errors import InvalidValue
from safelight.hashing.signal import NoSignal, Reason, Signal, SignalType
from safelight.matching.explanation import Considered
from safelight.matching.judgement import Control
from safelight.matching.match import MatchKind
from safelight.roles import Permission
from safelight.testing.matches import near_match
from safelight.web.signal_words import count_distances, read_signal, tell_answer, tell_match, tell_near_miss

_NEAR = near_match(entry_id=1)


def test_a_signal_is_read() -> None:
    assert read_signal("md5", "AB" * 16) == Signal(type=SignalType.MD5, value=b"\xab" * 16)


@pytest.mark.parametrize("value", ["", "ab", "zz" * 16, "ab " * 16, "ab" * 15 + "a"])
def test_a_value_of_the_wrong_form_is_refused_and_not_repeated(value: str) -> None:
    with pytest.raises(InvalidValue, match="32 hexadecimal digits") as raised:
        read_signal("md5", value)
    assert not value.strip() or value not in str(raised.value)


def test_how_near_a_match_is_only_some_may_know() -> None:
    assert "distance" not in tell_match(_NEAR, frozenset())
    assert tell_match(_NEAR, {Permission.MATCH_DISTANCE})["distance"] == 9


def test_an_answer_is_a_value_or_a_reason() -> None:
    assert tell_answer(Signal(type=SignalType.MD5, value=b"\1" * 16, frame=2)) == {
        "type": "md5",
        "value": "01" * 16,
        "frame": 2,
    }
    told = tell_answer(NoSignal(type=SignalType.PDQ, reason=Reason.LOW_QUALITY, detail="flat", quality=3))
    assert told == {"type": "pdq", "reason": "low_quality", "detail": "flat", "quality": 3}


def test_only_distances_that_say_something_are_counted() -> None:
    exact = replace(_NEAR, kind=MatchKind.EXACT, distance=0)
    assert count_distances([_NEAR, exact, _NEAR], {Permission.MATCH_DISTANCE}) == 2
    assert count_distances([_NEAR], {Permission.SIGNAL_LOOKUP}) == 0


def test_a_near_miss_says_what_kept_it_back_and_how_near_it_was_only_to_some() -> None:
    missed = Considered(
        match=_NEAR,
        control=Control.THRESHOLD,
        suppressed_by=None,
        origin="list.csv",
        line=3,
        added_by="ada",
        disabled_until=None,
    )
    told = tell_near_miss(missed, None, {Permission.MATCH_NEAR_MISS})
    assert (told["control"], told["entry"], told["line"], "distance" in told) == ("threshold", 1, 3, False)
    assert tell_near_miss(missed, None, {Permission.MATCH_DISTANCE})["distance"] == 9
