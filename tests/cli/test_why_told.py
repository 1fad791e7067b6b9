"""What is told goes by the banks that were searched."""

from safelight.hashing.signal import NoSignal, Reason, Signal, SignalType

MISSING = NoSignal(type=SignalType.PDQ, reason=Reason.CRASHED, detail="it crashed")
UNLISTED = Signal(type=SignalType.MD5, value=bytes(16))


def test_the_verdict_is_that_of_a_scan(told_of) -> None:
    told = told_of(UNLISTED)
    assert (told.is_searched, told.verdict.value, told.exception(1)) == (True, "no_known_match", None)
    assert told_of(UNLISTED, MISSING).verdict.value == "not_scanned"


def test_where_nothing_can_be_searched_nothing_is_a_verdict(told_of) -> None:
    told = told_of(UNLISTED, names=[])
    assert (told.is_searched, told.verdict.value) == (False, "not_scanned")
