"""The text of a hash list: read once, line by line, and refused when it cannot be the whole list."""

import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NoReturn

from safelight.banks.list_source import BLOCK_BYTES, ListSource
from safelight.errors import ListRefused

MAX_LINE_BYTES = 1 << 20
_BOM = b"\xef\xbb\xbf"
_FOREIGN_STARTS = (
    (b"\x1f\x8b", "compressed (gzip)"),
    (b"BZh", "compressed (bzip2)"),
    (b"\xfd7zXZ", "compressed (xz)"),
    (b"\x28\xb5\x2f\xfd", "compressed (zstd)"),
    (b"PK\x03\x04", "a ZIP archive (or an office document)"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"SQLite format 3\0", "a SQLite database"),
    (b"%PDF-", "a PDF document"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
)


class ListText:
    """The lines of a list, each with its line end. Iterate once.

    Refuses (`ListRefused`) what is compressed, binary or not UTF-8, a line over 1 MiB, a last line without its end
    (unless the source says that it is whole), and a file that changes while it is read. Lines are read and checked by
    the block, so the source has counted more of them than were given.
    """

    def __init__(self, source: ListSource) -> None:
        self._source = source

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self._blocks())

    def numbered_parts(self) -> Iterator[tuple[int, list[str]]]:
        """Give the lines in lists of bounded size, each list with the number of its first line."""
        number = 1
        for lines in map(list, self._blocks()):
            yield number, lines
            number += len(lines)

    def _blocks(self) -> Iterator[Iterable[str]]:
        rest = b""
        while data := self._source.read(BLOCK_BYTES):
            if not self._source.items_read:
                check_start(rest + data)
            whole, end, rest = (rest + data).rpartition(b"\n")
            if end:
                yield self._lines(whole + end)
            if len(rest) > MAX_LINE_BYTES:
                self._refuse_long()
        if rest:
            yield self._lines(rest)
            if not self._source.accepts_unfinished_line:
                self._refuse(
                    "is the last and has no line end: the file may be cut short. If you are sure that it is whole, say "
                    "so when importing it"
                )
        self._source.check_unchanged()

    def _lines(self, block: bytes) -> Iterable[str]:
        """Return the lines of a block; they are looked at one by one only if there is something wrong with one."""
        if not self._source.items_read:
            block = block.removeprefix(_BOM)
        if len(block) <= MAX_LINE_BYTES and b"\0" not in block:
            try:
                # Of all ways to cut a text, only this one cuts at "\n" alone and at the speed of C.
                lines = io.StringIO(block.decode(), newline="\n")
            except UnicodeDecodeError:
                return self._lines_one_by_one(block)
            self._source.items_read += block.count(b"\n") + (not block.endswith(b"\n"))
            return lines
        return self._lines_one_by_one(block)

    def _lines_one_by_one(self, block: bytes) -> Iterator[str]:
        for line in io.BytesIO(block):
            self._source.items_read += 1
            yield self._text(line)

    def _text(self, raw: bytes) -> str:
        if len(raw) > MAX_LINE_BYTES:
            self._source.items_read -= 1
            self._refuse_long()
        if b"\0" in raw:
            self._refuse("holds a zero byte: the file is binary, or in a 16-bit encoding. Save it as UTF-8 text")
        try:
            return raw.decode()
        except UnicodeDecodeError:
            self._refuse("is not UTF-8. Save the list as UTF-8 text")

    def _refuse_long(self) -> NoReturn:
        self._source.items_read += 1
        self._refuse("is longer than 1 MiB: this is no hash list, or its line ends are missing")

    def _refuse(self, why: str) -> NoReturn:
        raise ListRefused(f"Line {self._source.items_read} {why}. Nothing was taken.")


def check_start(raw: bytes) -> None:
    """Raise `ListRefused` for what begins as no list does: compressed, binary, or in a 16-bit encoding."""
    for start, name in _FOREIGN_STARTS:
        if raw.startswith(start):
            raise ListRefused(f"The file is {name}, not a list as UTF-8 text. Nothing was taken. Unpack or convert it.")
