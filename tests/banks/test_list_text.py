import io

import pytest

from safelight.banks.list_source import BLOCK_BYTES, ListSource
from safelight.banks.list_text import MAX_LINE_BYTES, ListText
from safelight.errors import ListRefused


def _lines(data: bytes, **options: bool) -> list[str]:
    return list(ListText(ListSource(io.BytesIO(data), **options)))


def test_lines_keep_their_ends() -> None:
    assert _lines(b"a\r\nb\n\n") == ["a\r\n", "b\n", "\n"]


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert _lines(b"\xef\xbb\xbfa\n") == ["a\n"]


def test_a_last_line_without_its_end_is_refused_with_its_number() -> None:
    with pytest.raises(ListRefused, match="Line 2 "):
        _lines(b"a\nb")


def test_a_last_line_without_its_end_is_taken_when_somebody_says_that_it_is_whole() -> None:
    assert _lines(b"a\nb", accepts_unfinished_line=True) == ["a\n", "b"]


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"\x1f\x8b\x08", "gzip"),
        (b"BZh9", "bzip2"),
        (b"\xfd7zXZ\0", "xz"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"PK\x03\x04", "ZIP"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"SQLite format 3\0", "SQLite"),
        (b"%PDF-1.7", "PDF"),
        ("md5 aa\n".encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + "md5 aa\n".encode("utf-16-be"), "UTF-16"),
        ("md5 aa\n".encode("utf-16-le"), "16-bit"),
        (b"GIF89a\0\0\n", "binary"),
    ],
)
def test_what_is_not_text_is_refused_by_its_name(start: bytes, name: str) -> None:
    with pytest.raises(ListRefused, match=name):
        _lines(start + b"\n")


def test_text_that_is_not_utf_8_is_refused_with_its_line() -> None:
    with pytest.raises(ListRefused, match="Line 2 is not UTF-8"):
        _lines("a\nä\n".encode("latin-1"))


def test_lines_end_where_a_line_feed_stands_and_nowhere_else() -> None:
    assert _lines("a\rb\x0b\x85\u2028c\nd\n".encode()) == ["a\rb\x0b\x85\u2028c\n", "d\n"]


def test_lines_that_cross_a_block_are_whole_and_faults_behind_it_have_their_number() -> None:
    line = "ä" * 500 + "\n"
    count = 5 * BLOCK_BYTES // len(line.encode())
    assert _lines((line * count).encode()) == [line] * count
    with pytest.raises(ListRefused, match=f"Line {count + 1} is not UTF-8"):
        _lines((line * count).encode() + b"\xff\n" + line.encode())


def test_lines_come_in_numbered_parts_of_bounded_size() -> None:
    data = b"".join(b"%d\n" % number for number in range(1, 100_001))
    parts = list(ListText(ListSource(io.BytesIO(data))).numbered_parts())
    assert len(parts) > 1
    assert all(first == int(lines[0]) for first, lines in parts)
    assert sum(len(lines) for _, lines in parts) == 100_000


@pytest.mark.parametrize("length", [MAX_LINE_BYTES, 3 * MAX_LINE_BYTES // 2, 3 * MAX_LINE_BYTES])
def test_a_line_over_a_mebibyte_is_refused_with_its_number(length: int) -> None:
    assert len(_lines(b"a\n" + b"b" * (MAX_LINE_BYTES - 1) + b"\n")) == 2
    with pytest.raises(ListRefused, match="Line 2 is longer than 1 MiB"):
        _lines(b"a\n" + b"b" * length + b"\nc\n")


def test_a_line_without_end_costs_no_more_memory_than_a_mebibyte() -> None:
    given = 0

    class Endless(io.RawIOBase):
        def read(self, size: int | None = -1, /) -> bytes:
            nonlocal given
            assert size is not None
            given += size
            return b"a" * size

    with pytest.raises(ListRefused, match="longer than 1 MiB"):
        list(ListText(ListSource(Endless())))  # type: ignore[arg-type]  # only read is used
    assert given <= MAX_LINE_BYTES + 2 * BLOCK_BYTES
