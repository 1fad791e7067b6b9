"""A result becomes one record, whatever its file is called."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from safelight.cli.record import is_sound, name_fields, name_of, to_record
from safelight.cli.result_file import PAGE_BYTES, to_line
from safelight.flow.chain import ScanResult
from safelight.hashing.hashed import PictureFacts
from safelight.hashing.signal import NoSignal, Reason, Signal, SignalType
from safelight.intake.sources.interface import Stamp
from safelight.matching.judgement import Control
from safelight.matching.match import Match, MatchKind, Verdict, Withheld
from safelight.matching.snapshot import ThresholdSource

NOW = datetime(2026, 3, 4, tzinfo=UTC)


def _match(number: int, label: str = "A1") -> Match:
    return Match(
        kind=MatchKind.NEAR,
        signal_type=SignalType.PDQ,
        distance=number,
        threshold=31,
        threshold_source=ThresholdSource.BANK,
        orientation="rotate90",
        frame=2,
        quality=88,
        entry_id=number,
        bank_name="bank",
        bank_version=4,
        label=label,
        label_scheme="scheme",
        source="source",
        entry_key="key",
        entry_note="",
        entry_added_at=NOW,
    )


def _result(name: bytes = b"file", matches: tuple[Match, ...] = ()) -> ScanResult:
    return ScanResult(
        name=name,
        stamp=Stamp(size_bytes=5, changed_ns=7),
        media=None,
        verdict=Verdict.NEAR if matches else Verdict.NO_KNOWN_MATCH,
        answers=(
            Signal(type=SignalType.PDQ, value=b"\xab" * 32, quality=88, frame=2),
            NoSignal(type=SignalType.PDQ, reason=Reason.LOW_QUALITY, detail="too little", quality=3),
        ),
        picture=PictureFacts(
            format="gif", width=3, height=4, exif_orientation=1, frames_seen=9, frames_hashed=5, is_complete=True
        ),
        matches=matches,
        matches_omitted=0,
        withheld=(),
        withheld_omitted=0,
        compared={SignalType.PDQ: 12},
        against="bank@4",
        scanned_at=NOW,
    )


def test_a_record_says_everything_about_a_match_but_not_the_listed_value() -> None:
    record = to_record(_result(matches=(_match(3),)))
    assert record["verdict"] == "near"
    assert record["compared"] == {"pdq": 12}
    assert (record["picture"]["frames_seen"], record["picture"]["frames_hashed"]) == (9, 5)
    (match,) = record["matches"]
    assert (match["distance"], match["threshold"], match["orientation"], match["frame"]) == (3, 31, "rotate90", 2)
    assert (match["bank"], match["bank_version"], match["entry"], match["label"]) == ("bank", 4, 3, "A1")
    assert "value" not in match


def test_signals_tell_value_or_reason() -> None:
    first, second = to_record(_result())["signals"]
    assert first == {"type": "pdq", "value": "ab" * 32, "quality": 88, "frame": 2}
    assert second == {"type": "pdq", "reason": "low_quality", "detail": "too little", "quality": 3}


def test_a_record_of_hashing_has_no_verdict_and_no_matches() -> None:
    record = to_record(_result(), is_matched=False)
    assert not {"verdict", "matches", "compared", "against", "matches_omitted"} & set(record)


@pytest.mark.parametrize("name", [b"plain", "küche/\u3042".encode(), b"caf\xe9", b"\xff\xfe\n\"'\\", b"\xed\xa0\x80"])
def test_any_file_name_survives(name: bytes) -> None:
    record = name_fields(name)
    assert name_of(record) == name
    assert to_line(record).count(b"\n") == 1


def test_matches_that_do_not_fit_into_a_page_are_counted_instead() -> None:
    record = to_record(_result(matches=tuple(_match(number, "x" * 200) for number in range(32))))
    assert len(to_line(record)) <= PAGE_BYTES
    assert len(record["matches"]) + record["matches_omitted"] == 32
    assert record["matches"][0]["distance"] == 0


def test_what_was_written_is_sound_as_what_it_is() -> None:
    scanned, hashed = to_record(_result(matches=(_match(1),))), to_record(_result(), is_matched=False)
    assert is_sound(scanned, is_matched=True)
    assert is_sound(hashed, is_matched=False)
    assert not is_sound(scanned, is_matched=False)
    assert not is_sound(hashed, is_matched=True)


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "bogus"},
        {"signals": None},
        {"signals": [{"type": "pdq", "reason": "bogus"}]},
        {"signals": [{"type": "pdq"}]},
        {"signals": [{"type": 5, "value": ""}]},
        {"path_bytes": "zz"},
        {"path_bytes": 5},
        {"path": "\ud800"},
        {"size_bytes": "5"},
        {"changed_ns": None},
        {"verdict": "not_scanned", "signals": []},
    ],
)
def test_a_record_that_nobody_wrote_is_not_sound(change: dict[str, object]) -> None:
    assert not is_sound(to_record(_result()) | change, is_matched=True)


def test_a_name_that_is_told_in_bytes_is_told_in_short_as_text() -> None:
    record = name_fields(b"\xff" * 1500)
    assert len(record["path"]) == 200
    assert name_of(record) == b"\xff" * 1500


def test_signals_that_do_not_fit_into_a_page_are_counted_instead_and_reasons_stay() -> None:
    frames = tuple(Signal(type=SignalType.PDQ, value=bytes([n]) * 32, quality=99, frame=n) for n in range(64))
    absence = NoSignal(type=SignalType.PDQ, reason=Reason.TOO_LARGE, detail="more than are hashed")
    result = replace(_result(matches=(_match(1),)), answers=(*frames, absence))
    record = to_record(result)
    assert len(to_line(record)) <= PAGE_BYTES
    assert len(record["signals"]) + record["signals_omitted"] == 65
    assert record["signals"][-1]["reason"] == "too_large"
    assert [signal["frame"] for signal in record["signals"][:8]] == list(range(8))


def test_what_was_withheld_is_told_with_the_control_and_what_stands_behind_it() -> None:
    withheld = Withheld(match=_match(3), control=Control.ALLOW_LIST, suppressed_by=_match(9))
    record = to_record(replace(_result(), withheld=(withheld,), withheld_omitted=2))
    assert (record["verdict"], record["matches"], record["withheld_omitted"]) == ("no_known_match", [], 2)
    (told,) = record["withheld"]
    assert (told["control"], told["match"]["entry"], told["suppressed_by"]["entry"]) == ("allow_list", 3, 9)
    assert "withheld" not in to_record(_result())


def test_of_many_withheld_the_first_stays_however_long_the_record_is() -> None:
    withheld = tuple(Withheld(match=_match(number, "x" * 900), control=Control.FLOOD_GUARD) for number in range(20))
    record = to_record(replace(_result(matches=(_match(1),)), withheld=withheld))
    assert len(record["withheld"]) + record["withheld_omitted"] == 20
    assert len(record["withheld"]) >= 1
    assert len(to_line(record)) <= PAGE_BYTES
