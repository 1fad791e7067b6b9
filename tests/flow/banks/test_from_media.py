"""Media that was seen wholly becomes an entry for each of its signals; what was not becomes none."""

import io
from dataclasses import replace

import pytest

from safelight.clock import SystemClock
from safelight.flow.banks.from_media import entries_of, is_doubtful
from safelight.flow.chain import ScanResult, scan
from safelight.hashing.hashers.cryptographic import CryptographicHasher
from safelight.hashing.signal import NoSignal, Reason, SignalType
from safelight.intake.sources.stream import StreamArrival


def _seen(data: bytes, reason: Reason) -> ScanResult:
    """Return the result of media that has digests, and no PDQ for a reason."""
    arrival = StreamArrival(stream=io.BytesIO(data), max_bytes=100)
    found = scan(arrival, clock=SystemClock(), hashers=[CryptographicHasher()], take_snapshot=lambda: None)
    absent = NoSignal(type=SignalType.PDQ, reason=reason, detail="so it is")
    return replace(found, answers=(*found.answers, absent))


@pytest.mark.parametrize("reason", [Reason.UNSUPPORTED, Reason.LOW_QUALITY])
def test_each_signal_becomes_an_entry_with_what_is_said_of_it(reason: Reason) -> None:
    result = _seen(b"benign", reason)
    entries = entries_of(result, note="by hand", label="A1", label_scheme="test")
    assert not is_doubtful(result)
    assert {each.signal_type for each in entries} == {"md5", "sha1", "sha256"}
    assert {(each.note, each.label, each.label_scheme) for each in entries} == {("by hand", "A1", "test")}


@pytest.mark.parametrize("reason", [Reason.TOO_LARGE, Reason.UNREADABLE, Reason.CRASHED, Reason.TIMED_OUT])
def test_what_was_not_seen_wholly_is_doubtful(reason: Reason) -> None:
    result = _seen(b"benign", reason)
    assert is_doubtful(result)
    assert entries_of(result) == []


def test_nothing_has_digests_too_and_is_no_entry() -> None:
    assert entries_of(_seen(b"", Reason.UNSUPPORTED)) == []
