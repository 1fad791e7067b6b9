from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.audit import queries
from safelight.audit.erasing import ERASE_VERB, erase_records, told_count
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.roles import Actor


def test_what_is_erased_is_gone_and_its_leaf_stays(
    *, engine: Engine, clock: FixedClock, actor: Actor, grow: Callable, sign: Callable, check: Callable
) -> None:
    grow(4)
    kept = sign()
    later = FixedClock(at=clock.at + timedelta(days=1))
    with write(engine) as tx:
        assert erase_records(tx, later, actor, later.at) == 5  # four, and the entry of the head
    with read(engine) as tx:
        *old, told = queries.page_entries(tx)
        left = tx.execute(text("SELECT count(*) FROM audit_entries WHERE salt IS NOT NULL")).scalar_one()
    assert {(entry.reason, entry.details) for entry in old} == {(None, None)}
    assert (told.verb, told_count(told.target), left) == (ERASE_VERB, 5, 1)
    grow(0)
    report = check(kept)
    assert (report.faults, report.erased) == ((), 5)


def test_only_what_is_older_than_the_moment_is_erased(
    engine: Engine, clock: FixedClock, actor: Actor, grow: Callable
) -> None:
    grow(2)
    with write(engine) as tx:
        assert erase_records(tx, clock, actor, clock.at) == 0
    with read(engine) as tx:
        assert [entry.reason for entry in queries.page_entries(tx)] == ["r", "r"]


def test_to_erase_again_erases_what_is_new_and_tells_only_of_that(
    *, engine: Engine, clock: FixedClock, actor: Actor, grow: Callable, sign: Callable, check: Callable
) -> None:
    later = FixedClock(at=clock.at + timedelta(days=1))
    grow(2)
    for expected in (2, 0):
        with write(engine) as tx:
            assert erase_records(tx, later, actor, later.at) == expected
    grow(1)
    with write(engine) as tx:
        assert erase_records(tx, later, actor, later.at) == 1
    report = check(sign())
    assert (report.faults, report.erased) == ((), 3)


@pytest.mark.parametrize("target", ["audit_records:", "audit_records:-1", "thing:5", "", None])
def test_a_count_is_read_only_where_one_is_told(target: object) -> None:
    assert told_count(target) == 0
