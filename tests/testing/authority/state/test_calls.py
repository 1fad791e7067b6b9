"""Calls are counted by kind, and the last of them kept."""

from datetime import UTC, datetime

from safelight.testing.authority.state.calls import GETS, Call, CallLog, CallMade


def test_each_call_gets_its_number_among_its_kind() -> None:
    log = CallLog()
    assert [log.count(call) for call in (Call.SUBMIT, Call.UPLOAD, Call.UPLOAD)] == [1, 1, 2]
    assert log.counts == {"submit": 1, "upload": 2}


def test_what_was_made_is_kept_in_its_order() -> None:
    log = CallLog()
    at = datetime(2026, 11, 23, tzinfo=UTC)
    made = [
        CallMade(number=n, request_id="r", call=Call.STATUS, at=at, codes=(0,), status=200, fault="") for n in (1, 2)
    ]
    for each in made:
        log.keep(each)
    assert log.made() == made


def test_two_calls_are_made_by_get() -> None:
    assert {"status", "xsd"} == GETS
