import gc
import warnings
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select, text

from safelight.database.bulk import stream_rows
from safelight.database.engine import Engine
from safelight.database.moment import Moment
from safelight.database.raw_rows import microseconds, raw_moment, untrusted
from safelight.database.transaction import write

_TABLE = Table("trial", MetaData(), Column("id", Integer, primary_key=True), Column("at", Moment), Column("note", Text))
_MOMENTS = [
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 11, 23, 12, 30, 15, 123_456, tzinfo=timezone(timedelta(hours=5))),
    datetime(2026, 11, 23, 12, 30, 15, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
]


def test_moments_come_out_as_exact_microseconds(engine: Engine) -> None:
    with write(engine) as tx:
        _TABLE.create(tx)
        tx.execute(insert(_TABLE), [{"id": n, "at": at} for n, at in enumerate(_MOMENTS)])
        question = select(raw_moment(tx, _TABLE.c.at)).order_by(_TABLE.c.id)
        found = [microseconds(at) for rows in stream_rows(tx, question, 2) for (at,) in rows]
        _TABLE.drop(tx)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert found == [(at - epoch) // timedelta(microseconds=1) for at in _MOMENTS]


def test_a_moment_without_end_is_none_and_does_not_end_the_question(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        return  # it has no such moment
    with write(engine) as tx:
        _TABLE.create(tx)
        tx.execute(text("INSERT INTO trial (id, at) VALUES (1, 'infinity')"))
        assert tx.execute(select(raw_moment(tx, _TABLE.c.at))).scalar_one() is None
        _TABLE.drop(tx)


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"2026-11-23 12:30:15.123456",
        1.5,
        "",
        "2026-11-23T12:30:15.123456",
        "2026-11-23 12:30:15,123456",
        "2026-11-23 12:30:15",
        "2026-11-23 12:30:15.123456+00:00",
        "2026-13-23 12:30:15.123456",
    ],
)
def test_what_is_not_written_as_a_moment_is_none(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        microseconds(value)


def test_text_that_is_not_utf_8_comes_out_of_sqlite_and_only_within_the_block(engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        with write(engine) as tx, untrusted(tx):
            assert tx.execute(text("SELECT 'é'")).scalar_one() == "é"
        return
    with write(engine) as tx:
        with untrusted(tx):
            assert tx.execute(text("SELECT CAST(x'61ff' AS TEXT)")).scalar_one() == "a\udcff"
        assert tx.execute(text("SELECT 'é'")).scalar_one() == "é"
        assert tx.connection.driver_connection.text_factory is str


def test_all_rows_come_in_lists_of_at_most_so_many(engine: Engine) -> None:
    with write(engine) as tx:
        _TABLE.create(tx)
        tx.execute(insert(_TABLE), [{"id": n, "note": str(n)} for n in range(7)])
        question = select(_TABLE.c.id, _TABLE.c.note).order_by(_TABLE.c.id)
        lists = list(stream_rows(tx, question, 3))
        _TABLE.drop(tx)
    assert [len(rows) for rows in lists] == [3, 3, 1]
    assert [row for rows in lists for row in rows] == [(n, str(n)) for n in range(7)]


def test_who_leaves_before_the_end_leaves_nothing_open(engine: Engine) -> None:
    with warnings.catch_warnings(record=True) as caught, write(engine) as tx:
        warnings.simplefilter("always")
        _TABLE.create(tx)
        tx.execute(insert(_TABLE), [{"id": n} for n in range(7)])
        rows = stream_rows(tx, select(_TABLE.c.id), 2)
        next(rows)
        rows.close()
        _TABLE.drop(tx)
        gc.collect()
    assert caught == []
