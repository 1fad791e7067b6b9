import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text

from safelight.audit import log
from safelight.audit.boundary import AuditBoundary
from safelight.audit.report import Report
from safelight.audit.sequencing import is_anything_waiting, number_waiting, read_frontier
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read, write
from safelight.errors import DatabaseUnusable
from safelight.roles import Actor

Write = Callable[[Tx, str], int]


@pytest.fixture
def note(clock: FixedClock, actor: Actor) -> Write:
    return lambda tx, target: log.write(tx, clock=clock, actor=actor, verb="do", target=target)


def _order(engine: Engine) -> list[int]:
    with read(engine) as tx:
        return list(tx.execute(text("SELECT entry_id FROM audit_leaves ORDER BY number")).scalars())


def test_what_waits_gets_its_leaves_in_the_order_of_its_numbers_and_waits_no_longer(
    engine: Engine, note: Write
) -> None:
    with write(engine) as tx:
        numbers = [note(tx, "thing:1") for _ in range(5)]
        assert is_anything_waiting(tx)
    with write(engine) as tx:
        assert number_waiting(tx) == 5
    with write(engine) as tx:
        assert number_waiting(tx) == 0
        assert not is_anything_waiting(tx)
        assert read_frontier(tx).size == 5
    assert _order(engine) == numbers


def test_at_most_so_many_are_numbered_at_once(engine: Engine, note: Write) -> None:
    with write(engine) as tx:
        numbers = [note(tx, "thing:1") for _ in range(5)]
    for expected in (2, 2, 1, 0):
        with write(engine) as tx:
            assert number_waiting(tx, most=2) == expected
    assert _order(engine) == numbers


def test_an_entry_of_the_same_transaction_can_be_numbered_and_falls_with_it(engine: Engine, note: Write) -> None:
    def fail() -> None:
        with write(engine) as tx:
            note(tx, "thing:1")
            assert number_waiting(tx) == 1
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert _order(engine) == []


def test_an_entry_that_is_committed_late_comes_after_those_that_were_numbered_before_it(
    postgresql_engine: Engine, note: Write
) -> None:
    with write(postgresql_engine) as tx:
        tx.execute(text("TRUNCATE audit_entries, audit_waiting, audit_leaves, audit_tree, audit_heads CASCADE"))
    with postgresql_engine.connect() as late:
        first = note(late, "thing:1")
        with write(postgresql_engine) as tx:
            second = note(tx, "thing:2")
        with write(postgresql_engine) as tx:
            assert number_waiting(tx) == 1
        late.commit()
    with write(postgresql_engine) as tx:
        assert number_waiting(tx) == 1
    assert first < second
    assert _order(postgresql_engine) == [second, first]


def test_turns_wait_for_each_other(engine: Engine, note: Write) -> None:
    with write(engine) as tx:
        for _ in range(20):
            note(tx, "thing:1")
    done: list[int] = []

    def take_turn() -> None:
        with write(engine) as tx:
            done.append(number_waiting(tx, most=5))

    threads = [threading.Thread(target=take_turn) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [5, 5, 5, 5]
    assert len(_order(engine)) == 20


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE audit_tree SET size = size + 1",
        "UPDATE audit_tree SET size = size - 1",
        "UPDATE audit_tree SET frontier = ''",
        "DELETE FROM audit_tree",
        "INSERT INTO audit_tree SELECT 2, size, frontier FROM audit_tree",
        "DELETE FROM audit_leaves WHERE number = 4",
    ],
)
def test_nothing_is_built_on_a_log_whose_tables_contradict_each_other(
    engine: Engine, note: Write, grow: Callable, damage: str
) -> None:
    grow(5)
    with write(engine) as tx:
        tx.execute(text(damage))
        note(tx, "thing:1")
    with pytest.raises(DatabaseUnusable, match="audit verify"), write(engine) as tx:
        number_waiting(tx)


def test_nothing_is_built_on_an_entry_that_is_damaged(engine: Engine, note: Write, tmp_path) -> None:
    if engine.dialect.name == "postgresql":
        return  # it takes no text that is damaged
    with write(engine) as tx:
        note(tx, "thing:1")
        tx.execute(text("UPDATE audit_entries SET verb = CAST(x'ff' AS TEXT)"))
    with pytest.raises(DatabaseUnusable, match="The audit entry 1 was damaged"), write(engine) as tx:
        number_waiting(tx)


class _Death(BaseException):
    pass


@pytest.mark.parametrize("boundary", [AuditBoundary.LEAVES_ADDED, AuditBoundary.TREE_MOVED])
def test_who_dies_while_numbering_leaves_nothing_half_done(
    *,
    engine: Engine,
    note: Write,
    grow: Callable,
    sign: Callable,
    check: Callable[..., Report],
    boundary: AuditBoundary,
) -> None:
    grow(3)
    with write(engine) as tx:
        note(tx, "thing:1")
    reached: list[AuditBoundary] = []

    def reach(at: AuditBoundary) -> None:
        reached.append(at)
        if at is boundary:
            raise _Death

    with pytest.raises(_Death), write(engine) as tx:
        number_waiting(tx, reach=reach)
    assert reached[-1] is boundary
    assert len(_order(engine)) == 3
    report = check(sign())
    assert (report.faults, report.size) == ((), 4)
