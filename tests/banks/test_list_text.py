import io
import os
from pathlib import Path

import pytest

from safelight.banks.list_text import MAX_LINE_BYTES, ListText
from safelight.errors import ListRefused


def _lines(data: bytes, **options: bool) -> list[str]:
    return list(ListText(io.BytesIO(data), **options))


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


def test_a_line_without_end_costs_no_more_memory_than_a_mebibyte() -> None:
    class Endless(io.RawIOBase):
        asked = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            assert 0 < size <= MAX_LINE_BYTES + 1
            return b"a" * size

    with pytest.raises(ListRefused, match="longer than 1 MiB"):
        list(ListText(Endless()))  # type: ignore[arg-type]  # only readline is used


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"a\nb\n")
    with path.open("rb") as file:
        lines = iter(ListText(file))
        next(lines)
        with path.open("ab") as other:
            other.write(b"c\n")
        with pytest.raises(ListRefused, match="changed"):
            list(lines)


def test_a_file_that_is_cut_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"a\nb\n")
    with path.open("rb", buffering=0) as file:
        text = ListText(file)
        os.truncate(path, 2)
        with pytest.raises(ListRefused, match="changed"):
            list(text)


def test_progress_is_told_in_bytes_of_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"\xef\xbb\xbfa\nb\n")
    with path.open("rb") as file:
        text = ListText(file)
        list(text)
    assert (text.size_bytes, text.bytes_read, text.lines_read) == (7, 7, 2)
    assert ListText(io.BytesIO(b"")).size_bytes is None
