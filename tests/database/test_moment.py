from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from safelight.database.engine import Engine
from safelight.database.moment import Moment
from safelight.database.transaction import read, write

MOMENTS = Table("moments", MetaData(), Column("at", Moment))
NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def moments(blank_engine: Engine) -> Engine:
    with write(blank_engine) as tx:
        MOMENTS.create(tx)
    return blank_engine


def _stored(engine: Engine, *values: datetime | None) -> list[datetime | None]:
    with write(engine) as tx:
        tx.execute(insert(MOMENTS), [{"at": value} for value in values])
    with read(engine) as tx:
        return list(tx.execute(select(MOMENTS.c.at).order_by(MOMENTS.c.at)).scalars())


def test_a_moment_comes_back_in_utc_to_the_microsecond(moments: Engine) -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=-5)))
    (stored,) = _stored(moments, elsewhere)
    assert stored == NOON
    assert stored is not None
    assert stored.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(moments: Engine) -> None:
    with pytest.raises(StatementError, match="time zone"):
        _stored(moments, NOON.replace(tzinfo=None))


def test_moments_sort_in_the_order_of_time_whatever_their_zones(moments: Engine) -> None:
    later = (NOON + timedelta(minutes=1)).astimezone(timezone(timedelta(hours=-11)))
    earlier = (NOON - timedelta(minutes=1)).astimezone(timezone(timedelta(hours=11)))
    assert _stored(moments, later, NOON, earlier) == [earlier, NOON, later]


def test_no_moment_stays_none(moments: Engine) -> None:
    assert _stored(moments, None) == [None]
