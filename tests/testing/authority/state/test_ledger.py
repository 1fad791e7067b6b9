"""Reports are opened, added to and ended, each step whole; what is ended or expired takes nothing more."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safelight.clock import FixedClock
from safelight.testing.authority.refused import Refused
from safelight.testing.authority.state.clock import DrivenClock
from safelight.testing.authority.state.event import Event
from safelight.testing.authority.state.ledger import Ledger
from safelight.testing.authority.state.report import State

_AT = datetime(2026, 11, 23, tzinfo=UTC)
_HOUR = timedelta(hours=1)


@pytest.fixture
def driven() -> DrivenClock:
    return DrivenClock(FixedClock(at=_AT))


@pytest.fixture
def ledger(driven: DrivenClock) -> Ledger:
    return Ledger(driven, lambda _: None)


def _upload(ledger: Ledger, report_id: int) -> str:
    return ledger.add_file("u", report_id, md5="m", sha256="s", size_bytes=1)


def _code(do: Callable[[], object]) -> int:
    with pytest.raises(Refused) as refused:
        do()
    return refused.value.code


def _every_change(ledger: Ledger, report_id: int) -> list[Callable[[], object]]:
    return [
        lambda: _upload(ledger, report_id),
        lambda: ledger.describe_file("u", report_id, "f", b"<x/>", only_once=False),
        lambda: ledger.finish("u", report_id, lambda _: None),
        lambda: ledger.retract("u", report_id),
    ]


def test_numbers_grow_and_file_ids_are_32_hex_digits_of_their_own(ledger: Ledger) -> None:
    first, second = (ledger.open_report("u", b"<report/>").report_id for _ in range(2))
    ids = [_upload(ledger, report_id) for report_id in (first, first, second)]
    assert second == first + 1
    assert len(set(ids)) == 3
    assert all(len(each) == 32 and int(each, 16) for each in ids)
    report = ledger.report(first)
    assert report is not None
    assert [file.file_id for file in report.files] == ids[:2]


@pytest.mark.parametrize(("end", "code"), [("finish", 5102), ("retract", 5101), ("expire", 5001)])
def test_an_ended_report_takes_nothing_more(ledger: Ledger, driven: DrivenClock, end: str, code: int) -> None:
    report_id = ledger.open_report("u", b"<report/>").report_id
    ends = {
        "finish": lambda: ledger.finish("u", report_id, lambda _: None),
        "retract": lambda: ledger.retract("u", report_id),
        "expire": lambda: driven.advance(24 * _HOUR),
    }
    ends[end]()
    assert [_code(change) for change in _every_change(ledger, report_id)] == [code] * 4


def test_a_report_of_another_or_of_nobody_does_not_exist(ledger: Ledger) -> None:
    report_id = ledger.open_report("somebody else", b"<report/>").report_id
    assert [_code(change) for change in _every_change(ledger, report_id)] == [5001] * 4
    assert [_code(change) for change in _every_change(ledger, report_id + 1)] == [5001] * 4


def test_a_file_of_another_report_does_not_exist(ledger: Ledger) -> None:
    first, second = (ledger.open_report("u", b"<report/>").report_id for _ in range(2))
    file_id = _upload(ledger, first)
    assert _code(lambda: ledger.describe_file("u", second, file_id, b"<x/>", only_once=False)) == 5002


def test_details_are_replaced_or_taken_once(ledger: Ledger) -> None:
    report_id = ledger.open_report("u", b"<report/>").report_id
    file_id = _upload(ledger, report_id)
    for text in (b"<a/>", b"<b/>"):
        ledger.describe_file("u", report_id, file_id, text, only_once=False)
    assert _code(lambda: ledger.describe_file("u", report_id, file_id, b"<c/>", only_once=True)) == 4000
    report = ledger.report(report_id)
    assert report is not None
    assert report.files[0].details == (b"<a/>", b"<b/>")


def test_a_report_that_is_checked_in_vain_stays_open(ledger: Ledger) -> None:
    report_id = ledger.open_report("u", b"<report/>").report_id

    def refuse(_: object) -> None:
        raise Refused(4100)

    assert _code(lambda: ledger.finish("u", report_id, refuse)) == 4100
    assert [each.report_id for each in ledger.reports(State.OPEN)] == [report_id]


def test_it_expires_a_day_after_its_opening_or_an_hour_after_its_last_change(
    ledger: Ledger, driven: DrivenClock
) -> None:
    still, changed = (ledger.open_report("u", b"<report/>").report_id for _ in range(2))
    driven.advance(24 * _HOUR - timedelta(minutes=1))
    _upload(ledger, changed)
    driven.advance(timedelta(minutes=1))
    assert [each.report_id for each in ledger.reports(State.EXPIRED)] == [still]
    driven.advance(timedelta(minutes=58, seconds=59))
    assert [each.report_id for each in ledger.reports(State.OPEN)] == [changed]
    driven.advance(timedelta(seconds=1))
    (_, last) = ledger.reports(State.EXPIRED)
    assert last.ended_at == _AT + 24 * _HOUR + timedelta(minutes=59)


def test_what_has_expired_stays_so_when_the_clock_is_set_back(ledger: Ledger, driven: DrivenClock) -> None:
    ledger.open_report("u", b"<report/>")
    driven.advance(25 * _HOUR)
    ledger.reports()
    driven.advance(-25 * _HOUR)
    assert len(ledger.reports(State.EXPIRED)) == 1


def test_fifty_threads_lose_and_double_nothing(ledger: Ledger) -> None:
    def work(_: int) -> None:
        for _ in range(20):
            report_id = ledger.open_report("u", b"<report/>").report_id
            _upload(ledger, report_id)
            ledger.finish("u", report_id, lambda _: None)

    with ThreadPoolExecutor(50) as threads:
        list(threads.map(work, range(50)))
    finished = ledger.reports(State.FINISHED)
    assert len({each.report_id for each in finished}) == len(finished) == 1000
    assert {len(each.files) for each in finished} == {1}


_ACTS = st.lists(
    st.tuples(st.sampled_from(["open", "upload", "describe", "finish", "retract", "wait"]), st.integers(0, 3)),
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(_ACTS)
def test_the_events_alone_make_the_same_ledger_again(acts: list[tuple[str, int]]) -> None:
    driven, events = DrivenClock(FixedClock(at=_AT)), list[Event]()
    ledger = Ledger(driven, events.append)
    for act, which in acts:
        _act(ledger, driven, act, which)
    again = Ledger(driven, lambda _: None, [*events])
    assert again.reports() == ledger.reports()
    assert again.open_report("u", b"<n/>").report_id == ledger.open_report("u", b"<n/>").report_id


def _act(ledger: Ledger, driven: DrivenClock, act: str, which: int) -> None:
    reports = ledger.reports()
    report_id = reports[which % len(reports)].report_id if reports else 1
    files = reports[which % len(reports)].files if reports else ()
    with suppress(Refused):
        match act:
            case "open":
                ledger.open_report("u", b"<report/>")
            case "upload":
                _upload(ledger, report_id)
            case "describe":
                ledger.describe_file("u", report_id, files[0].file_id if files else "", b"<d/>", only_once=False)
            case "finish":
                ledger.finish("u", report_id, lambda _: None)
            case "retract":
                ledger.retract("u", report_id)
            case _:
                driven.advance(which * 8 * _HOUR)
