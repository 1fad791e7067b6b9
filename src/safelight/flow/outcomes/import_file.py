"""The file of outcomes: CSV with a line of headings, read as a whole, every fault with its line."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from safelight.errors import InvalidValue
from safelight.outcomes.outcome import NewOutcome, OutcomeKind, Part

LARGEST_FILE_BYTES = 16 << 20
MOST_LINES = 50_000

NEEDED = ("report", "kind", "learnt_at")
OPTIONAL = ("from", "remarks")
"""The columns, in any order."""

_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One outcome of a file, and the line it stands in; the headings are line 1."""

    number: int
    new: NewOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFault:
    """What is wrong with a line. Nothing that stands in it is told, for it could name somebody."""

    line: int
    sentence: str


def read_lines(data: bytes) -> tuple[list[Line], list[LineFault]]:
    """Return the lines of a file that can be read, and the faults of those that cannot.

    Raises `InvalidValue` for what is no such file: too large, no UTF-8, no CSV, other headings.
    """
    if len(data) > LARGEST_FILE_BYTES:
        raise InvalidValue(f"The file has more than {LARGEST_FILE_BYTES >> 20} MiB. Cut it into several.")
    rows = csv.DictReader(io.StringIO(_text(data), newline=""), strict=True)
    lines: list[Line] = []
    faults: list[LineFault] = []
    try:
        _check_headings(rows.fieldnames or ())
        for row in rows:
            if len(lines) + len(faults) >= MOST_LINES:
                raise InvalidValue(f"The file has more than {MOST_LINES} outcomes. Cut it into several.")
            try:
                lines.append(Line(number=rows.line_num, new=_outcome(row)))
            except InvalidValue as error:
                faults.append(LineFault(line=rows.line_num, sentence=str(error)))
    except csv.Error:
        raise InvalidValue(f"Line {rows.line_num} is no CSV: a quote is open, or stands where none may be.") from None
    return lines, faults


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidValue("The file is not UTF-8. Save it so, and try again. Nothing was taken in.") from None


def _check_headings(names: object) -> None:
    found = list(names) if isinstance(names, (list, tuple)) else []
    if len(set(found)) != len(found) or not set(NEEDED) <= set(found) <= {*NEEDED, *OPTIONAL}:
        raise InvalidValue(
            f"The first line has to name the columns {', '.join(NEEDED)}, and may name {' and '.join(OPTIONAL)}, each "
            "once and no other. Nothing was taken in."
        )


def _outcome(row: Mapping[str | None, str | list[str] | None]) -> NewOutcome:
    if None in row or None in row.values():
        raise InvalidValue("It has more or fewer cells than there are columns.")
    cells = {name: cell for name, cell in row.items() if isinstance(name, str) and isinstance(cell, str)}
    return NewOutcome(
        report_id=_number(cells["report"]),
        kind=_word(OutcomeKind, cells["kind"], "kind"),
        learnt_at=_moment(cells["learnt_at"]),
        part=_word(Part, cells.get("from") or Part.AUTHORITY, "from"),
        remarks=cells.get("remarks", ""),
    )


def _number(cell: str) -> int:
    if not (cell.isascii() and cell.isdecimal() and len(cell) < 20):
        raise InvalidValue("report: it is no number of a report.")
    return int(cell)


def _word(words: type[_Word], cell: str, name: str) -> _Word:
    if cell not in set(words):
        raise InvalidValue(f"{name}: it is none of {', '.join(words)}.")
    return words(cell)


def _moment(cell: str) -> datetime:
    """Return a moment; a date alone is the beginning of that day in UTC."""
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        raise InvalidValue("learnt_at: it is no date or moment, such as 2027-01-31 or 2027-01-31T09:30:00Z.") from None
    if len(cell) > len("2027-01-31") and found.utcoffset() is None:
        raise InvalidValue("learnt_at: the moment has no zone, such as the Z in 2027-01-31T09:30:00Z.")
    try:
        return found.replace(tzinfo=UTC) if found.utcoffset() is None else found.astimezone(UTC)
    except OverflowError:
        raise InvalidValue("learnt_at: it is before the year 1 or after 9999 in UTC.") from None
