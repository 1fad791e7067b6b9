"""Numbers taken in turn are in the order of commits."""

import threading

import pytest
from sqlalchemy import Column, MetaData, Table, insert, select

from safelight.database.engine import Engine
from safelight.database.order import await_turn
from safelight.database.schema import RowId, row_number
from safelight.database.transaction import Tx, read, write

LOG = Table("log", MetaData(), Column("id", RowId, row_number(), primary_key=True), Column("who", RowId))


@pytest.fixture
def log(blank_engine: Engine) -> Engine:
    with write(blank_engine) as tx:
        LOG.create(tx)
    return blank_engine


def _add(tx: Tx, who: int) -> None:
    await_turn(tx)
    tx.execute(insert(LOG).values(who=who))


def _seen(engine: Engine) -> list[int]:
    with read(engine) as tx:
        return list(tx.execute(select(LOG.c.who).order_by(LOG.c.id)).scalars())


def test_who_comes_later_waits_until_the_earlier_one_is_committed(log: Engine) -> None:
    is_done = threading.Event()

    def add_second() -> None:
        with write(log) as tx:
            _add(tx, 2)
        is_done.set()

    second = threading.Thread(target=add_second)
    with write(log) as tx:
        _add(tx, 1)
        second.start()
        assert not is_done.wait(0.3)
        assert _seen(log) == []
    second.join()
    assert _seen(log) == [1, 2]


def _add_and_fail(engine: Engine) -> None:
    with write(engine) as tx:
        _add(tx, 1)
        raise KeyError


def test_who_is_undone_keeps_nobody_waiting(log: Engine) -> None:
    with pytest.raises(KeyError):
        _add_and_fail(log)
    with write(log) as tx:
        _add(tx, 2)
    assert _seen(log) == [2]


@pytest.mark.parametrize("blank_engine", ["postgresql"], indirect=True)
def test_on_postgresql_whoever_takes_no_turn_waits_for_nobody(log: Engine) -> None:
    with write(log) as tx:
        _add(tx, 1)
        with write(log) as other:
            other.execute(insert(LOG).values(who=2))
    assert sorted(_seen(log)) == [1, 2]
