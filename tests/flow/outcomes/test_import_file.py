"""The file of outcomes is read as a whole, or refused with what is wrong, and never with what stands in it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.errors import InvalidValue
from safelight.flow.outcomes import import_file
from safelight.flow.outcomes.import_file import read_lines
from safelight.outcomes.outcome import OutcomeKind, Part


def test_columns_may_come_in_any_order_and_two_may_be_left_out() -> None:
    (one,), faults = read_lines(b"kind,learnt_at,report\nacted_on,2026-11-01T10:00:00Z,7\n")
    assert (one.number, faults) == (2, [])
    assert (one.new.report_id, one.new.kind, one.new.part) == (7, OutcomeKind.ACTED_ON, Part.AUTHORITY)
    assert one.new.learnt_at == datetime(2026, 11, 1, 10, tzinfo=UTC)


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_any_cell_is_read_or_refused_and_never_quoted(cell: str) -> None:
    word = f"zq{cell}"
    quoted = '"' + word.replace('"', '""') + '"'
    for line in (f"{quoted},received,2026-11-01", f"1,{quoted},2026-11-01", f"1,received,{quoted}"):
        lines, faults = read_lines(f"report,kind,learnt_at\n{line}\n".encode())
        assert (len(lines), len(faults)) == (0, 1)
        assert "zq" not in faults[0].sentence


def test_a_file_that_is_too_long_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(import_file, "MOST_LINES", 1)
    with pytest.raises(InvalidValue, match="more than 1 outcomes"):
        read_lines(b"report,kind,learnt_at\n" + b"1,received,2026-11-01\n" * 2)
    monkeypatch.setattr(import_file, "LARGEST_FILE_BYTES", 3)
    with pytest.raises(InvalidValue, match="Cut it"):
        read_lines(b"report")


def test_a_moment_that_no_year_holds_is_refused() -> None:
    lines, faults = read_lines(b"report,kind,learnt_at\n1,received,0001-01-01T00:00:00+14:00\n")
    assert (lines, faults[0].line) == ([], 2)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"report,kind\n",
        b"report,kind,learnt_at,learnt_at\n",
        b"report,kind,learnt_at,name\n",
        b'report,kind,learnt_at\n1,"received,2026-11-01\n',
    ],
)
def test_what_is_no_such_file_is_refused(data) -> None:
    with pytest.raises(InvalidValue):
        read_lines(data)
