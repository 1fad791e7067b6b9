"""Reasons for a missing signal are faults, or they are quiet."""

from safelight.hashing.signal import SIGNAL_SIZE_BYTES, Reason, SignalType


def test_only_what_was_seen_and_has_no_such_signal_is_no_fault() -> None:
    quiet = {reason for reason in Reason if not reason.is_fault}
    assert quiet == {Reason.TOO_SMALL, Reason.LOW_QUALITY, Reason.DEGENERATE}


def test_every_signal_type_has_a_size() -> None:
    assert set(SIGNAL_SIZE_BYTES) == set(SignalType)
