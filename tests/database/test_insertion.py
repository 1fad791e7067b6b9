"""Inserting leaves alone what is there already, on both databases."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from safelight.clock import FixedClock
from safelight.database.clock_mark import clock_mark
from safelight.database.engine import Engine
from safelight.database.insertion import insert_into
from safelight.database.transaction import Tx, write


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
