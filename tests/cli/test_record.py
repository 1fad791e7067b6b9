"""A result becomes one record, whatever its file is called."""

from datetime import UTC, datetime

import pytest

from safelight.cli.record import name_fields, name_of, to_record
from safelight.cli.result_file import PAGE_BYTES, to_line
from safelight.flow.chain import ScanResult
from safelight.hashing.hashed import PictureFacts
from safelight.hashing.signal import NoSignal, Reason, Signal, SignalType
from safelight.intake.sources.interface import Stamp
from safelight.matching.match import Match, MatchKind, Verdict

NOW = datetime(2026, 3, 4, tzinfo=UTC)


def _match(number: int, label: str = "A1") -> Match:
    return Match(
        kind=MatchKind.NEAR,
        signal_type=SignalType.PDQ,
        distance=number,
        threshold=31,
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
        picture=PictureFacts(format="gif", width=3, height=4, exif_orientation=1, frames_seen=9, is_complete=True),
        matches=matches,
        matches_omitted=0,
        compared={SignalType.PDQ: 12},
        against="bank@4",
        scanned_at=NOW,
    )


def test_a_record_says_everything_about_a_match_but_not_the_listed_value() -> None:
    record = to_record(_result(matches=(_match(3),)))
    assert record["verdict"] == "near"
    assert record["compared"] == {"pdq": 12}
    assert record["picture"]["frames_seen"] == 9
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
