"""The record of an explanation has everything but values."""

from safelight.cli.result_file import to_line
from safelight.cli.why_record import why_record
from safelight.hashing.signal import NoSignal, Reason, Signal, SignalType

UNLISTED = Signal(type=SignalType.MD5, value=b"\xab" * 16)


def test_a_record_names_what_was_searched_and_left_out(told_of) -> None:
    record = why_record("x", told_of(UNLISTED))
    assert record["searched"] == [{"bank": "known", "bank_version": 4}]
    assert (record["left_out"], record["considered"], record["withheld"]) == ([], [], [])
    assert record["compared"] == {"md5": 3}
    left_out = why_record("x", told_of(UNLISTED, names=[]))["left_out"]
    assert left_out == [{"bank": "known", "control": "not_asked"}]


def test_signals_are_told_without_their_values_and_with_their_reasons(told_of) -> None:
    missing = NoSignal(type=SignalType.PDQ, reason=Reason.CRASHED, detail="it crashed")
    record = why_record("x", told_of(UNLISTED, missing))
    assert record["signals"] == [{"type": "md5"}, {"type": "pdq", "reason": "crashed", "detail": "it crashed"}]
    assert b"abab" not in to_line(record)
