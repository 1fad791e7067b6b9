"""Writing and reading many rows at the speed of the driver: the one place where the dialects differ in this."""

from collections.abc import Generator, Iterable, Sequence
from functools import partial
from itertools import chain
from typing import Any

from sqlalchemy import Select, Table

from safelight.database.columns import only_columns, split_columns
from safelight.database.transaction import Tx, primary_message
from safelight.errors import DatabaseUnusable

_ROWS_A_STATEMENT = 20
"""What SQLite's driver does for every statement costs a third of a row; more than this many save nothing more."""


def insert_rows(tx: Tx, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, each a tuple in the order of `columns`.

    Values go to the driver as they are: text, bytes, numbers and None only. A column of moments must be given what its
    own type would give the driver.
    """
    if not rows:
        return
    if tx.dialect.name == "postgresql":
        _copy_rows(tx, table, columns, rows)
        return
    over = len(rows) % _ROWS_A_STATEMENT
    _insert_groups(tx, table, columns, rows[: len(rows) - over], _ROWS_A_STATEMENT)
    _insert_groups(tx, table, columns, rows[len(rows) - over :], 1)


def _insert_groups(
    tx: Tx, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], rows_a_statement: int
) -> None:
    """Insert rows with some in every statement; what is the same in all of them is handed over once for each."""
    if not rows:
        return
    same, differing = split_columns(rows)
    names = ", ".join(columns[place] for place in (*same, *differing))
    marks = _marks(len(same), len(differing), rows_a_statement)
    statement = f"INSERT INTO {table.name} ({names}) VALUES {marks}"  # noqa: S608 - our own names
    cells = only_columns(rows, differing)
    groups = zip(*[iter(cells)] * rows_a_statement, strict=True)
    tx.exec_driver_sql(statement, [(*same.values(), *chain.from_iterable(group)) for group in groups])


def _marks(same: int, differing: int, rows: int) -> str:
    """Return the places of parameters: `(?1, ?2), (?1, ?3)` where of two columns the first is the same in both rows."""
    shared = range(1, same + 1)
    starts = range(same + 1, same + 1 + rows * differing, differing) if differing else [0] * rows
    numbers = ((*shared, *range(start, start + differing)) for start in starts)
    return ", ".join(f"({', '.join(f'?{number}' for number in row)})" for row in numbers)


def _copy_rows(tx: Tx, table: Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    command = f"COPY {table.name} ({', '.join(columns)}) FROM STDIN"
    # The driver's connection has no type that both databases share.
    driver: Any = tx.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(command) as copy:
            for row in rows:
                copy.write_row(row)
    except tx.dialect.loaded_dbapi.Error as error:
        why = primary_message(error)
        # Without its cause: the driver's own text quotes the row.
        raise DatabaseUnusable(f"The database did not take the rows: {why}. Nothing of them counts.") from None


def stream_rows(tx: Tx, statement: Select[Any], chunk_size: int) -> Generator[list[tuple[Any, ...]]]:
    """Give the rows of a question in lists of at most `chunk_size`, holding one list in memory at a time.

    Rows are as the driver gives them: numbers, texts and bytes are right, moments are not. Whoever leaves it before its
    end closes it, so that nothing of it stays open on the server.
    """
    if tx.dialect.name == "postgresql":
        # Only a cursor on the server does not send everything at once, and SQLAlchemy reads ahead of that one.
        result = tx.execute(statement.execution_options(stream_results=True, max_row_buffer=chunk_size))
        chunks: Iterable[Sequence[Sequence[Any]]] = result.partitions(chunk_size)
    else:
        result = tx.execute(statement)
        chunks = iter(partial(result.cursor.fetchmany, chunk_size), [])
    try:
        for rows in chunks:
            yield [tuple(row) for row in rows]
    finally:
        result.close()
