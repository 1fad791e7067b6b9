"""Lists as CSV, with a map of which column is which field."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from safelight.banks.entry import Entry
from safelight.banks.entry_block import EntryBlock
from safelight.banks.exchanges.interface import Item, ListHead, Rejected, Unit
from safelight.banks.fields import FIELDS, Given, block_of, entry_of, fields_of
from safelight.banks.list_source import ListSource
from safelight.banks.list_text import ListText
from safelight.errors import InvalidValue, ListRefused

FIELD_LIMIT = 1 << 20
_ROWS_AT_ONCE = 1_000

_Part = tuple[list[int], list[list[str]]]


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

    @property
    def unit(self) -> Unit:
        """What its places are counted in."""
        return Unit.LINE

    def read(self, source: ListSource) -> Iterator[Item]:
        """Give the entries of every row. Raises `ListRefused` for want of a column, or where quoting breaks off."""
        csv.field_size_limit(FIELD_LIMIT)
        rows = _Rows(source, self.delimiter)
        width, places = self._places(rows.first() if self.has_header else [])
        for numbers, part in rows.parts():
            width = width or next(filter(None, map(len, part)), 0)
            block = self._block(numbers, part, width, places)
            if block is None:
                yield from self._one_by_one(numbers, part, width, places)
            else:
                yield block

    def _block(
        self, numbers: Sequence[int], rows: Sequence[list[str]], width: int, places: Mapping[str, int]
    ) -> EntryBlock | None:
        """Return rows as a block, or None if anything is unusual about one of them."""
        if set(map(len, rows)) != {width} or max(places.values()) >= width:
            return None
        columns = list(zip(*rows, strict=True))
        try:
            return block_of({name: columns[place] for name, place in places.items()}, self.given, numbers)
        except InvalidValue:
            return None

    def _one_by_one(
        self, numbers: Sequence[int], rows: Sequence[list[str]], width: int, places: Mapping[str, int]
    ) -> Iterator[Item]:
        for number, cells in zip(numbers, rows, strict=True):
            if not cells:
                continue
            if len(cells) != width:
                yield Rejected(line=number, reason=f"{len(cells)} columns where the list has {width}")
                continue
            try:
                yield entry_of({name: cells[place] for name, place in places.items()}, self.given, number)
            except InvalidValue as error:
                yield Rejected(line=number, reason=str(error))
            except IndexError:
                yield Rejected(line=number, reason=f"{len(cells)} columns are fewer than the column map names")

    def write(self, entries: Iterable[Entry], head: ListHead) -> Iterator[bytes]:  # noqa: ARG002 - rows only
        """Give the lines of a list with a header and every field."""
        page = io.StringIO()
        writer = csv.writer(page, delimiter=self.delimiter, lineterminator="\n")
        writer.writerow(FIELDS)
        yield _taken(page)
        rows = (fields_of(entry).values() for entry in entries)
        while part := list(islice(rows, _ROWS_AT_ONCE)):
            writer.writerows(part)
            yield _taken(page)

    def _places(self, first: Sequence[str]) -> tuple[int, dict[str, int]]:
        """Return how many columns there are, 0 if that is not known yet, and the place of each field."""
        unknown = sorted(set(self.columns) - set(FIELDS))
        if unknown:
            raise ListRefused(f"There is no field {unknown[0]!r}. The fields are: {', '.join(FIELDS)}.")
        header = [name.strip() for name in first]
        columns = self.columns or {name: name for name in FIELDS if name in header}
        places = {name: _place(column, header) for name, column in columns.items()}
        if "value" not in places:
            raise ListRefused("No column holds the hashes: name the column of the field 'value'. Nothing was taken.")
        return len(header), places


def _place(column: str | int, header: list[str]) -> int:
    if isinstance(column, int):
        if column < 1 or (header and column > len(header)):
            raise ListRefused(f"There is no column {column}; columns are counted from 1.")
        return column - 1
    if header.count(column) != 1:
        raise ListRefused(f"The header has {header.count(column) or 'no'} columns {column!r}. Nothing was taken.")
    return header.index(column)


class _Rows:
    """The rows of a list, each with the number of the line on which it ends."""

    def __init__(self, source: ListSource, delimiter: str) -> None:
        self._source = source
        # csv's readers count lines, which typeshed gives only to its own private class.
        self._reader: Any = csv.reader(ListText(source), delimiter=delimiter, strict=True)

    def first(self) -> list[str]:
        """Return the first row: an empty one if there is none."""
        with self._refusing():
            return next(self._reader, [])

    def parts(self) -> Iterator[_Part]:
        """Give the rest in lists of about as much as the source reads at a time, so that they are of bounded size."""
        numbers: list[int] = []
        rows: list[list[str]] = []
        bytes_read = self._source.bytes_read
        with self._refusing():
            for cells in self._reader:
                numbers.append(self._reader.line_num)
                rows.append(cells)
                if self._source.bytes_read != bytes_read:
                    bytes_read = self._source.bytes_read
                    yield numbers, rows
                    numbers, rows = [], []
        if rows:
            yield numbers, rows

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except csv.Error as error:
            number = self._reader.line_num
            raise ListRefused(f"Line {number} is not CSV ({error}). Nothing was taken.") from None


def _taken(page: io.StringIO) -> bytes:
    text = page.getvalue()
    page.seek(0)
    page.truncate()
    return text.encode()
