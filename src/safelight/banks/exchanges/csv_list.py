"""Lists as CSV, with a map of which column is which field."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from safelight.banks.entry import Entry, NewEntry
from safelight.banks.exchanges.interface import Rejected
from safelight.banks.fields import FIELDS, Given, entry_of, fields_of
from safelight.errors import InvalidValue, ListRefused

FIELD_LIMIT = 1 << 20

_Cells = tuple[int, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvList:
    """Reads and writes CSV (RFC 4180).

    `columns` says for each field where it stands: the name of a column in the header, or its number counted from 1.
    Without it, the columns are those of the header that have a field's name; other columns are passed over. A list
    without a header (`has_header=False`) needs numbers. `given` holds for every entry that has no own text there.
    """

    columns: Mapping[str, str | int] = field(default_factory=dict)
    has_header: bool = True
    delimiter: str = ","
    given: Given = field(default_factory=Given)

    @property
    def format(self) -> str:
        """The name of the format."""
        return "csv"

    def read(self, lines: Iterable[str]) -> Iterator[NewEntry | Rejected]:
        """Give one item for each row. Raises `ListRefused` for want of a column, or where quoting breaks off."""
        csv.field_size_limit(FIELD_LIMIT)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        rows = _numbered(reader)
        width, places = self._places(rows)
        for number, cells in rows:
            if not cells:
                continue
            if width is not None and len(cells) != width:
                yield Rejected(line=number, reason=f"{len(cells)} columns where the list has {width}")
                continue
            width = len(cells)
            try:
                yield entry_of({name: cells[place] for name, place in places.items()}, self.given, number)
            except InvalidValue as error:
                yield Rejected(line=number, reason=str(error))
            except IndexError:
                yield Rejected(line=number, reason=f"{len(cells)} columns are fewer than the column map names")

    def write(self, entries: Iterable[Entry]) -> Iterator[str]:
        """Give the lines of a list with a header and every field."""
        line = io.StringIO()
        writer = csv.writer(line, delimiter=self.delimiter, lineterminator="\n")
        rows: Iterable[Sequence[str]] = (tuple(fields_of(entry).values()) for entry in entries)
        writer.writerow(FIELDS)
        for row in rows:
            yield _taken(line)
            writer.writerow(row)
        yield _taken(line)

    def _places(self, rows: Iterator[_Cells]) -> tuple[int | None, dict[str, int]]:
        """Return how many columns there are, if that is known yet, and the place of each field."""
        unknown = sorted(set(self.columns) - set(FIELDS))
        if unknown:
            raise ListRefused(f"There is no field {unknown[0]!r}. The fields are: {', '.join(FIELDS)}.")
        header = [name.strip() for name in next(rows, (0, []))[1]] if self.has_header else []
        columns = self.columns or {name: name for name in FIELDS if name in header}
        places = {name: _place(column, header) for name, column in columns.items()}
        if "value" not in places:
            raise ListRefused("No column holds the hashes: name the column of the field 'value'. Nothing was taken.")
        return (len(header) or None), places


def _place(column: str | int, header: list[str]) -> int:
    if isinstance(column, int):
        if column < 1 or (header and column > len(header)):
            raise ListRefused(f"There is no column {column}; columns are counted from 1.")
        return column - 1
    if header.count(column) != 1:
        raise ListRefused(f"The header has {header.count(column) or 'no'} columns {column!r}. Nothing was taken.")
    return header.index(column)


def _numbered(reader: Iterator[list[str]]) -> Iterator[_Cells]:
    """Give each row with the number of the line on which it ends."""
    number = 0
    try:
        for cells in reader:
            # csv's readers count lines, which typeshed gives only to its own private class.
            number = getattr(reader, "line_num", number + 1)
            yield number, cells
    except csv.Error as error:
        raise ListRefused(f"Line {number + 1} is not CSV ({error}). Nothing was taken.") from None


def _taken(line: io.StringIO) -> str:
    text = line.getvalue()
    line.seek(0)
    line.truncate()
    return text
