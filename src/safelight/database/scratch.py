"""A throw-away table on disk that gives rows back in sorted order."""

import sqlite3
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Self

from safelight.database.columns import filled_columns, only_columns

_PRAGMAS = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA temp_store = FILE",
    "PRAGMA cache_size = -32768",  # 32 MiB: the most that sorting holds in memory
)


class Scratch:
    """Takes any number of rows and gives them back sorted by their first `sorted_by` columns, in bounded memory.

    The rows lie in a temporary file that the operating system removes when the program ends, however it ends. Rows are
    tuples of text, bytes, numbers and None.
    """

    def __init__(self, *, width: int, sorted_by: int) -> None:
        columns = [f"c{number}" for number in range(width)]
        self._columns = columns
        self._connection = sqlite3.connect("", isolation_level=None)
        for pragma in _PRAGMAS:
            self._connection.execute(pragma)
        self._connection.execute(f"CREATE TABLE scratch ({', '.join(columns)})")
        self._select = f"SELECT * FROM scratch ORDER BY {', '.join(columns[:sorted_by])}"  # noqa: S608 - our own names
        self._connection.execute("BEGIN")

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Take rows in any order; some thousands at a time go fastest."""
        filled = filled_columns(rows)
        names = ", ".join(self._columns[place] for place in filled)
        marks = ", ".join("?" * len(filled))
        insert = f"INSERT INTO scratch ({names}) VALUES ({marks})"  # noqa: S608 - our own names
        self._connection.executemany(insert, only_columns(rows, filled))

    def sorted_rows(self, chunk_size: int) -> Iterator[list[tuple[Any, ...]]]:
        """Give every row in order, in lists of at most `chunk_size`."""
        cursor = self._connection.execute(self._select)
        while rows := cursor.fetchmany(chunk_size):
            yield rows

    def close(self) -> None:
        """Forget every row."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
