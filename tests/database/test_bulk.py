import itertools

import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text, select

from safelight.database.bulk import insert_rows, stream_rows
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import DatabaseUnusable

ROWS = Table("rows_", MetaData(), Column("n", Integer), Column("t", Text), Column("b", LargeBinary))
COLUMNS = ("n", "t", "b")


def _filled(engine: Engine, rows: list[tuple[object, ...]]) -> Engine:
    with write(engine) as tx:
        ROWS.create(tx)
        insert_rows(tx, ROWS, COLUMNS, rows)
    return engine


def _chunks(engine: Engine, size: int) -> list[list[tuple[object, ...]]]:
    with read(engine) as tx:
        return list(stream_rows(tx, select(ROWS).order_by(ROWS.c.n), size))


def test_rows_come_back_as_they_were_put_in(blank_engine: Engine) -> None:
    rows: list[tuple[object, ...]] = [(1, "tab\t\\N\nü", b"\0\xff"), (2, None, None), (3, "", b"")]
    assert _chunks(_filled(blank_engine, rows), 10) == [rows]


def test_columns_that_are_empty_in_every_row_stay_empty(blank_engine: Engine) -> None:
    rows: list[tuple[object, ...]] = [(1, None, None), (2, None, None)]
    assert _chunks(_filled(blank_engine, rows), 10) == [rows]


def test_any_number_of_rows_goes_in_whatever_columns_are_the_same_in_all(blank_engine: Engine) -> None:
    table = Table("three_", MetaData(), *(Column(name, Integer) for name in "abc"))
    for count, differing in itertools.product([1, 19, 20, 21, 40, 1_000], range(4)):
        rows = [tuple(number if place < differing else 7 for place in range(3)) for number in range(count)]
        with write(blank_engine) as tx:
            table.create(tx)
            insert_rows(tx, table, "abc", rows)
            given = [tuple(row) for row in tx.execute(select(table).order_by(table.c.a))]
            tx.rollback()
        assert given == rows, (count, differing)


def test_no_rows_are_no_trouble(blank_engine: Engine) -> None:
    assert _chunks(_filled(blank_engine, []), 10) == []


def test_a_stream_gives_every_row_once_in_lists_of_the_size_asked_for(blank_engine: Engine) -> None:
    rows: list[tuple[object, ...]] = [(number, "x", b"y") for number in range(25)]
    chunks = _chunks(_filled(blank_engine, rows), 10)
    assert [len(chunk) for chunk in chunks] == [10, 10, 5]
    assert [row for chunk in chunks for row in chunk] == rows


def test_bulk_rows_are_undone_with_their_transaction(blank_engine: Engine) -> None:
    _filled(blank_engine, [])

    def fail() -> None:
        with write(blank_engine) as tx:
            insert_rows(tx, ROWS, COLUMNS, [(1, "x", b"y")])
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert _chunks(blank_engine, 10) == []


def test_a_row_that_postgresql_refuses_is_not_repeated(postgresql_engine: Engine) -> None:
    """What the driver says quotes the row under CONTEXT."""
    table = Table("refusing_rows", MetaData(), Column("n", Integer), prefixes=["TEMPORARY"])
    with write(postgresql_engine) as tx:
        table.create(tx)
        with pytest.raises(DatabaseUnusable, match="invalid input syntax") as caught:
            insert_rows(tx, table, ("n",), [("1",), ("secret" * 9,)])
        tx.rollback()
    assert "CONTEXT" not in str(caught.value)
    assert caught.value.__suppress_context__
