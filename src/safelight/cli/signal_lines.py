"""Files of signals by the million, one a line: read in batches, never as a whole."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from safelight.cli.signal_text import parse_signal
from safelight.errors import InvalidValue, NotFound
from safelight.hashing.signal import Signal

_LINES_AT_ONCE = 1_000
_LONGEST_LINE_BYTES = 4_096
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines that follow each other, the first of them with its number, counted from 1."""

    first: int
    lines: list[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """The signals of lines, with the lines' numbers, up to the first line that is none: `fault` says which and why."""

    signals: list[tuple[int, Signal]]
    fault: str | None


@contextmanager
def open_lines(file: Path) -> Iterator[BinaryIO]:
    """Open a file of signals; `-` is standard input. Raises NotFound, or InvalidValue if that is closed."""
    if str(file) == "-":
        if sys.stdin is None:
            raise InvalidValue("Standard input is closed: there is nothing to read.")
        yield sys.stdin.buffer
        return
    try:
        opened = file.open("rb")
    except OSError as error:
        raise NotFound(f"The file {file} cannot be read: {error.strerror}.") from error
    with opened:
        yield opened


def read_lines(file: BinaryIO) -> Iterator[Lines]:
    """Yield a file's lines in batches. A line that has no end within 4 KiB comes cut, and is no signal."""
    first = 1
    while lines := _some_lines(file):
        if first == 1:
            lines[0] = lines[0].removeprefix(_BYTE_ORDER_MARK)
        yield Lines(first=first, lines=lines)
        first += len(lines)


def _some_lines(file: BinaryIO) -> list[bytes]:
    lines: list[bytes] = []
    while len(lines) < _LINES_AT_ONCE and (line := file.readline(_LONGEST_LINE_BYTES)):
        lines.append(line)
    return lines


def parse_lines(lines: Lines) -> Parsed:
    """Read the signals of lines; empty lines are passed over."""
    signals: list[tuple[int, Signal]] = []
    for number, line in enumerate(lines.lines, lines.first):
        text = line.strip()
        if not text:
            continue
        try:
            signals.append((number, parse_signal(text.decode())))
        except UnicodeDecodeError:
            return Parsed(signals=signals, fault=f"line {number} is not text in UTF-8")
        except InvalidValue as error:
            return Parsed(signals=signals, fault=f"line {number}: {error}")
    return Parsed(signals=signals, fault=None)
