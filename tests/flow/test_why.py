"""Why something matches is told once for every door; its verdict is that of a scan."""

import io

import pytest

from safelight.clock import SystemClock
from safelight.errors import NotFound
from safelight.flow.why import of_media, of_signal, with_entry
from safelight.hashing.hashers.cryptographic import CryptographicHasher
from safelight.hashing.signal import Signal, SignalType
from safelight.intake.sources.stream import StreamArrival
from safelight.matching.match import Verdict

PDQ = Signal(type=SignalType.PDQ, value=bytes(32))


def test_the_verdict_of_a_signal_is_that_of_a_scan(house, add) -> None:
    add(bytes(32))
    with house.standing() as snapshot:
        near, far = of_signal(snapshot, PDQ), of_signal(snapshot, Signal(type=SignalType.PDQ, value=b"\xff" * 32))
    assert (near.verdict, near.is_searched, near.result, near.exception(1)) == (Verdict.NEAR, True, None, None)
    assert (far.verdict, far.explanation.considered) == (Verdict.NO_KNOWN_MATCH, ())


def test_where_nothing_can_be_searched_nothing_is_a_verdict(house, add) -> None:
    add(bytes(32))
    with house.standing([]) as snapshot:
        told = of_signal(snapshot, PDQ)
    assert (told.is_searched, told.verdict) == (False, Verdict.NOT_SCANNED)


def test_media_is_hashed_and_told_with_its_result(house, add) -> None:
    add(bytes(32))
    arrival = StreamArrival(stream=io.BytesIO(b"benign"), max_bytes=10)
    with house.standing() as snapshot:
        told = of_media(snapshot, arrival, clock=SystemClock(), hashers=[CryptographicHasher()])
    assert told.result is not None
    assert told.result.media is not None
    assert (told.verdict, told.media_digest) == (Verdict.NO_KNOWN_MATCH, told.result.media.digests.sha256)


def test_one_entry_is_told_of_besides_however_far_it_is(house, add) -> None:
    add(b"\xff" * 32)
    with house.standing() as snapshot:
        told = with_entry(house.engine, house.clock, of_signal(snapshot, PDQ), 1)
        with pytest.raises(NotFound):
            with_entry(house.engine, house.clock, told, 2)
    assert told.entry is not None
    assert (told.entry.distance, told.entry.is_match) == (256, False)
