"""Events are written and read as lines, and make reports."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from safelight.testing.authority.state.event import Event, Happening, changed, opened, read_event
from safelight.testing.authority.state.report import State

_AT = datetime(2026, 11, 23, 1, 2, 3, 456789, UTC)
_OPENED = Event(happening=Happening.OPENED, report_id=7, at=_AT, user="u", xml="<report>\n\u2028ü</report>")


def test_a_line_is_one_line_and_is_read_as_it_was() -> None:
    line = _OPENED.as_line()
    assert line.count("\n") == 1
    assert len(line.splitlines()) == 1
    assert read_event(line) == _OPENED


@pytest.mark.parametrize(
    "line", ["", "{}", "[]", '{"happening": "opened"}', '{"happening": "lost", "at": "2026-01-01"}']
)
def test_other_lines_are_refused(line: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        read_event(line)


def test_a_report_is_what_happened_to_it() -> None:
    later = _AT + timedelta(minutes=5)
    report = opened(_OPENED)
    uploaded = Event(
        happening=Happening.UPLOADED, report_id=7, at=later, file_id="f", md5="m", sha256="s", size_bytes=3
    )
    described = Event(happening=Happening.DESCRIBED, report_id=7, at=later, file_id="f", xml="<fileDetails/>")
    report = changed(changed(report, uploaded), described)
    (file,) = report.files
    assert (report.opened_at, report.changed_at, report.xml) == (_AT, later, _OPENED.xml.encode())
    assert (file.md5, file.size_bytes, file.uploaded_at, file.details) == ("m", 3, later, (b"<fileDetails/>",))


@pytest.mark.parametrize(
    ("happening", "state"),
    [
        (Happening.FINISHED, State.FINISHED),
        (Happening.RETRACTED, State.RETRACTED),
        (Happening.EXPIRED, State.EXPIRED),
    ],
)
def test_an_end_changes_nothing_else(happening: Happening, state: State) -> None:
    report = opened(_OPENED)
    ended = changed(report, Event(happening=happening, report_id=7, at=_AT + timedelta(hours=1)))
    assert ended == replace(report, state=state, ended_at=_AT + timedelta(hours=1))
