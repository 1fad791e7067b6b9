"""A throw-away table on disk that gives rows back in sorted order."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from safelight.database.columns import filled_columns, only_columns
from safelight.errors import DatabaseUnusable

_PRAGMAS = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA temp_store = FILE",
    "PRAGMA cache_size = -32768",  # 32 MiB: the most that sorting holds in memory
)
_STEPS_BETWEEN_CALLS = 100_000  # of SQLite's machine: some milliseconds


class Scratch:
    """Takes any number of rows and gives them back sorted by their first `sorted_by` columns, in bounded memory.

    The rows lie in a temporary file that the operating system removes when the program ends, however it ends. Rows are
    tuples of text, bytes, numbers and None. Everything raises `DatabaseUnusable` when that file cannot be written.
    """

    def __init__(self, *, width: int, sorted_by: int) -> None:
        columns = [f"c{number}" for number in range(width)]
        self._columns = columns
        self._select = f"SELECT * FROM scratch ORDER BY {', '.join(columns[:sorted_by])}"  # noqa: S608 - our own names
        self._connection = sqlite3.connect("", isolation_level=None)
        with telling_faults():
            for command in (*_PRAGMAS, f"CREATE TABLE scratch ({', '.join(columns)})", "BEGIN"):
                self._connection.execute(command)

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Take rows in any order; some thousands at a time go fastest."""
        filled = filled_columns(rows)
        names = ", ".join(self._columns[place] for place in filled)
        marks = ", ".join("?" * len(filled))
        insert = f"INSERT INTO scratch ({names}) VALUES ({marks})"  # noqa: S608 - our own names
        with telling_faults():
            self._connection.executemany(insert, only_columns(rows, filled))

    def sorted_rows(
        self, chunk_size: int, on_work: Callable[[], None] | None = None
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Give every row in order, in lists of at most `chunk_size`.

        Sorting comes before the first list and may take minutes: `on_work` is called again and again meanwhile, and
        what it raises ends the work.
        """
        watch = _Watch(on_work or (lambda: None))
        self._connection.set_progress_handler(watch, _STEPS_BETWEEN_CALLS)
        with telling_faults(watch=watch):
            cursor = self._connection.execute(self._select)
        while True:
            with telling_faults(watch=watch):
                rows = cursor.fetchmany(chunk_size)
            if not rows:
                return
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


class _Watch:
    """What SQLite calls while it works. It does not hand exceptions on, so they are kept until it has stopped."""

    def __init__(self, on_work: Callable[[], None]) -> None:
        self._on_work = on_work
        self.fault: BaseException | None = None

    def __call__(self) -> int:
        try:
            self._on_work()
        except BaseException as error:  # noqa: BLE001 - raised again as soon as SQLite has stopped
            self.fault = error
            return 1
        return 0


@contextmanager
def telling_faults(fault: type[Exception] = sqlite3.Error, watch: _Watch | None = None) -> Iterator[None]:
    """Raise `DatabaseUnusable` where a temporary file cannot be written or read, or what a watch has kept."""
    try:
        yield
    except fault as error:
        if watch is not None and watch.fault is not None:
            raise watch.fault from None
        raise DatabaseUnusable(
            f"The temporary file for sorting cannot be written or read: {error}. Nothing was taken. Make room where "
            "temporary files lie (TMPDIR), then try again."
        ) from error
