"""The text of a hash list: read once, line by line, and refused when it cannot be the whole list."""

import os
import stat
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

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
    (unless `accepts_unfinished_line`), and a file whose size or time of change differs at the end from the beginning.
    `size_bytes` is None where the list is not a regular file.
    """

    def __init__(self, file: BinaryIO, *, accepts_unfinished_line: bool = False) -> None:
        self._file = file
        self._accepts_unfinished_line = accepts_unfinished_line
        self._stamp = _stamp(file)
        self.size_bytes = self._stamp[0] - file.tell() if self._stamp else None
        self.bytes_read = 0
        self.lines_read = 0

    def __iter__(self) -> Iterator[str]:
        raw = b""
        for raw in iter(lambda: self._file.readline(MAX_LINE_BYTES + 1), b""):
            self.bytes_read += len(raw)
            self.lines_read += 1
            yield self._text(raw)
        self._check_end(raw)

    def _text(self, raw: bytes) -> str:
        if self.lines_read == 1:
            check_start(raw)
            raw = raw.removeprefix(_BOM)
        if len(raw) > MAX_LINE_BYTES:
            self._refuse("is longer than 1 MiB: this is no hash list, or its line ends are missing")
        if b"\0" in raw:
            self._refuse("holds a zero byte: the file is binary, or in a 16-bit encoding. Save it as UTF-8 text")
        try:
            return raw.decode()
        except UnicodeDecodeError:
            self._refuse("is not UTF-8. Save the list as UTF-8 text")

    def _check_end(self, last: bytes) -> None:
        if last and not last.endswith(b"\n") and not self._accepts_unfinished_line:
            self._refuse(
                "is the last and has no line end: the file may be cut short. If you are sure that it is whole, say so "
                "when importing it"
            )
        if self._stamp is not None and (self._stamp != _stamp(self._file) or self.bytes_read != self.size_bytes):
            raise ListRefused("The file changed while it was read. Nothing was taken. Import it when it is complete.")

    def _refuse(self, why: str) -> NoReturn:
        raise ListRefused(f"Line {self.lines_read} {why}. Nothing was taken.")


def _stamp(file: BinaryIO) -> tuple[int, int] | None:
    try:
        status = os.fstat(file.fileno())
    except OSError:  # a buffer in memory has no file behind it
        return None
    # Pipes and terminals have no size to compare.
    return (status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None


def check_start(raw: bytes) -> None:
    """Raise `ListRefused` for what begins as no list does: compressed, binary, or in a 16-bit encoding."""
    for start, name in _FOREIGN_STARTS:
        if raw.startswith(start):
            raise ListRefused(f"The file is {name}, not a list as UTF-8 text. Nothing was taken. Unpack or convert it.")
