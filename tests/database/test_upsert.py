from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, select

from safelight.clock import FixedClock
from safelight.database.clock_mark import clock_mark
from safelight.database.engine import Engine
from safelight.database.parts import MOST_AT_ONCE
from safelight.database.transaction import Tx, read, write
from safelight.database.upsert import add_to_rows, insert_into

TALLY = Table("tally", MetaData(), Column("a", Integer, primary_key=True), Column("b", Integer, primary_key=True))
TALLY.append_column(Column("number", Integer, nullable=False))


@pytest.fixture
def tally(blank_engine: Engine) -> Engine:
    with write(blank_engine) as tx:
        TALLY.create(tx)
    return blank_engine


def _add(engine: Engine, rows: dict[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    given = [{"a": a, "b": b, "number": number} for (a, b), number in sorted(rows.items())]
    with write(engine) as tx:
        return {(row.a, row.b): row.number for row in add_to_rows(tx, TALLY, "number", given)}


def _all(engine: Engine) -> dict[tuple[int, int], int]:
    with read(engine) as tx:
        return {(row.a, row.b): row.number for row in tx.execute(select(TALLY))}


def test_what_is_not_there_begins_at_its_number_and_what_is_there_grows_by_it(tally: Engine) -> None:
    assert _add(tally, {(1, 1): 5, (1, 2): 1}) == {(1, 1): 5, (1, 2): 1}
    assert _add(tally, {(1, 1): 3, (2, 1): 4}) == {(1, 1): 8, (2, 1): 4}
    assert _all(tally) == {(1, 1): 8, (1, 2): 1, (2, 1): 4}


def test_nothing_is_added_to_nothing(tally: Engine) -> None:
    assert _add(tally, {}) == {}


def test_more_rows_than_a_statement_takes_are_added(tally: Engine) -> None:
    rows = {(number, 0): number for number in range(2 * MOST_AT_ONCE + 1)}
    assert _add(tally, rows) == _all(tally) == rows


def test_several_that_add_at_once_lose_nothing(tally: Engine) -> None:
    rows = {(number, 0): 1 for number in range(20)}
    with ThreadPoolExecutor(4) as executor:
        for done in [executor.submit(_add, tally, rows) for _ in range(40)]:
            done.result()
    assert set(_all(tally).values()) == {40}


def test_what_is_there_is_left_alone_or_changed_as_is_said(engine: Engine, clock: FixedClock) -> None:
    first, later = clock.at, clock.at + timedelta(days=1)
    with write(engine) as tx:
        assert tx.execute(_marking(tx, first).on_conflict_do_nothing().returning(clock_mark.c.id)).all() == [(1,)]
        assert tx.execute(_marking(tx, later).on_conflict_do_nothing().returning(clock_mark.c.id)).all() == []
        assert tx.execute(select(clock_mark.c.seen_at)).scalar_one() == first
        tx.execute(_marking(tx, later).on_conflict_do_update(index_elements=["id"], set_={"seen_at": later}))
        assert tx.execute(select(clock_mark.c.seen_at, clock_mark.c.believed_at)).one() == (later, first)


def _marking(tx: Tx, at: datetime) -> Any:
    return insert_into(tx, clock_mark).values(id=1, seen_at=at, believed_at=at)
