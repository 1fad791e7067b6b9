"""What became of each mark is told: once, lost, doubled, strange; and what is left open."""

from datetime import UTC, datetime, timedelta

import pytest

from safelight.clock import FixedClock
from safelight.testing.authority.findings import find_orphans, finished_by_mark, tally
from safelight.testing.authority.state.clock import DrivenClock
from safelight.testing.authority.state.ledger import Ledger

_AT = datetime(2026, 11, 23, tzinfo=UTC)
_PATH = "additionalInfo"


@pytest.fixture
def driven() -> DrivenClock:
    return DrivenClock(FixedClock(at=_AT))


@pytest.fixture
def ledger(driven: DrivenClock) -> Ledger:
    return Ledger(driven, lambda _: None)


def _finish(ledger: Ledger, mark: str | None) -> int:
    inner = "" if mark is None else f"<{_PATH}>{mark}</{_PATH}>"
    report = ledger.open_report("u", f"<report>{inner}</report>".encode())
    return ledger.finish("u", report.report_id, lambda _: None).report_id


def test_each_mark_is_counted(ledger: Ledger) -> None:
    first, second, third = (_finish(ledger, mark) for mark in ("a", "b", "b"))
    ledger.open_report("u", b"<report><additionalInfo>c</additionalInfo></report>")
    assert finished_by_mark(ledger, _PATH) == {"a": (first,), "b": (second, third)}
    found = tally(ledger, _PATH, ["a", "b", "c"])
    assert (found.once, found.lost, found.doubled, found.strange, found.is_exact) == (("a",), ("c",), ("b",), (), False)


def test_a_report_without_a_mark_is_strange(ledger: Ledger) -> None:
    _finish(ledger, "a")
    assert tally(ledger, _PATH, ["a"]).is_exact
    _finish(ledger, None)
    assert tally(ledger, _PATH, ["a"]).strange == ("",)


def test_what_is_open_is_told_with_its_age(ledger: Ledger, driven: DrivenClock) -> None:
    _finish(ledger, "a")
    report_id = ledger.open_report("u", b"<report/>").report_id
    ledger.add_file("u", report_id, md5="m", sha256="s", size_bytes=1)
    driven.advance(timedelta(minutes=7))
    (orphan,) = find_orphans(ledger, driven.now())
    assert (orphan.report_id, orphan.files, orphan.age) == (report_id, 1, timedelta(minutes=7))
    driven.advance(timedelta(hours=24))
    assert find_orphans(ledger, driven.now()) == []
