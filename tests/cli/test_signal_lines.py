"""Files of signals are read in batches, and a line that is none is named."""

import io
import sys
from pathlib import Path

import pytest

from safelight.cli.signal_lines import Lines, open_lines, parse_lines, read_lines
from safelight.errors import InvalidValue, NotFound

MD5 = b"md5 " + b"0" * 32 + b"\n"


def test_lines_come_in_batches_with_their_numbers() -> None:
    batches = list(read_lines(io.BytesIO(MD5 * 2_500)))
    assert [(batch.first, len(batch.lines)) for batch in batches] == [(1, 1_000), (1_001, 1_000), (2_001, 500)]


def test_a_file_is_not_read_ahead_of_what_is_taken() -> None:
    file = io.BytesIO(MD5 * 10_000)
    batches = read_lines(file)
    next(batches)
    assert file.tell() == 1_000 * len(MD5)


def test_a_line_without_end_is_cut_and_is_no_signal() -> None:
    (batch, *_) = read_lines(io.BytesIO(b"md5 " + b"0" * 100_000))
    assert max(map(len, batch.lines)) == 4_096
    assert parse_lines(batch).fault is not None


def test_empty_lines_line_ends_and_a_byte_order_mark_are_no_matter() -> None:
    (batch,) = read_lines(io.BytesIO(b"\xef\xbb\xbf" + MD5 + b"\r\n \n" + MD5.strip() + b"\r\n"))
    parsed = parse_lines(batch)
    assert ([number for number, _ in parsed.signals], parsed.fault) == ([1, 4], None)


@pytest.mark.parametrize(
    ("line", "said"),
    [(b"md5 00", "32 hexadecimal digits"), (b"crc 00", "TYPE:VALUE"), (b"md5 \xff", "not text in UTF-8")],
)
def test_a_line_that_is_no_signal_is_named_and_its_value_is_not(line: bytes, said: str) -> None:
    parsed = parse_lines(Lines(first=71, lines=[MD5, line, MD5]))
    assert len(parsed.signals) == 1
    assert parsed.fault is not None
    assert parsed.fault.startswith("line 72")
    assert said in parsed.fault


def test_a_file_that_is_not_there_and_a_closed_input_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(NotFound), open_lines(tmp_path / "missing"):
        pass
    with pytest.raises(InvalidValue, match="closed"), open_lines(Path("-")):
        pass
