# ruff: noqa: S608 - the tables are broken by hand here, with names and numbers of the test's own

from collections.abc import Callable

import pytest
from sqlalchemy import text

from safelight.audit import log
from safelight.audit.report import FaultKind, Report
from safelight.audit.tree import EMPTY_ROOT
from safelight.audit.verifying import verify
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.roles import Actor

Check = Callable[..., Report]


def _do(engine: Engine, *statements: str) -> None:
    with write(engine) as tx:
        for statement in statements:
            tx.execute(text(statement))


def _kinds(report: Report) -> set[FaultKind]:
    return {fault.kind for fault in report.faults}


def test_a_log_without_entries_is_sound(check: Check) -> None:
    report = check()
    assert (report.is_sound, report.size, report.root) == (True, 0, EMPTY_ROOT)


def test_a_sound_log_is_not_blamed_however_it_grew(grow: Callable, sign: Callable, check: Check) -> None:
    kept = []
    for count in (1, 2, 3, 5, 8, 13):
        grow(count)
        kept.append(sign())
    report = check(*kept)
    assert report.faults == ()
    assert (report.size, report.heads, report.kept_heads, report.waiting) == (32 + 5, 6, 6, 1)


def test_entries_that_wait_are_told_with_the_time_of_the_oldest(
    engine: Engine, clock: FixedClock, actor: Actor, check: Check
) -> None:
    with write(engine) as tx:
        for _ in range(3):
            log.write(tx, clock=clock, actor=actor, verb="do", target="thing:1")
    report = check()
    assert (report.is_sound, report.waiting) == (True, 3)
    assert report.waiting_since == 1_795_437_015_123_456


def test_numbers_that_no_entry_has_are_told_and_are_no_fault(engine: Engine, grow: Callable, check: Check) -> None:
    grow(3)
    _do(
        engine,
        "UPDATE audit_entries SET id = 10 WHERE id = 3",
        "DELETE FROM audit_leaves",
        "UPDATE audit_tree SET size = 0, frontier = ''",
        "INSERT INTO audit_waiting SELECT id FROM audit_entries",
    )
    grow(0)
    report = check()
    assert (report.faults, report.unused, report.unused_count) == ((), ((3, 9),), 7)


def test_a_changed_entry_is_named_with_its_leaf(engine: Engine, grow: Callable, check: Check) -> None:
    numbers = grow(6)
    _do(engine, f"UPDATE audit_entries SET target = 'thing:9' WHERE id = {numbers[4]}")
    (fault,) = check().faults
    assert (fault.kind, fault.entry, fault.leaf) == (FaultKind.ENTRY_CHANGED, numbers[4], 4)


@pytest.mark.parametrize("change", ["reason = 'x'", "details = '{}'", "salt = digest", "reason = NULL"])
def test_a_changed_record_is_named(engine: Engine, grow: Callable, check: Check, change: str) -> None:
    numbers = grow(3)
    _do(engine, f"UPDATE audit_entries SET {change} WHERE id = {numbers[1]}")
    (fault,) = check().faults
    assert (fault.kind, fault.entry) == (FaultKind.RECORD_CHANGED, numbers[1])


def test_the_record_of_an_entry_that_waits_is_checked_too(
    engine: Engine, clock: FixedClock, actor: Actor, check: Check
) -> None:
    with write(engine) as tx:
        log.write(tx, clock=clock, actor=actor, verb="do", target="thing:1", reason="a")
        tx.execute(text("UPDATE audit_entries SET reason = 'b'"))
    assert _kinds(check()) == {FaultKind.RECORD_CHANGED}


def test_a_removed_entry_is_named(engine: Engine, grow: Callable, check: Check) -> None:
    numbers = grow(3)
    _do(engine, f"DELETE FROM audit_entries WHERE id = {numbers[1]}")
    (fault,) = check().faults
    assert (fault.kind, fault.entry, fault.leaf) == (FaultKind.ENTRY_MISSING, numbers[1], 1)


def test_removed_leaves_are_named_and_so_are_their_entries(engine: Engine, grow: Callable, check: Check) -> None:
    numbers = grow(6)
    _do(engine, "DELETE FROM audit_leaves WHERE number IN (2, 3)")
    report = check()
    assert _kinds(report) == {FaultKind.LEAVES_MISSING, FaultKind.ENTRY_STRAY, FaultKind.TREE_CHANGED}
    assert [fault.leaf for fault in report.faults if fault.kind is FaultKind.LEAVES_MISSING] == [2]
    assert [fault.entry for fault in report.faults if fault.kind is FaultKind.ENTRY_STRAY] == numbers[2:4]


def test_a_leaf_before_the_first_is_named(engine: Engine, grow: Callable, check: Check) -> None:
    grow(3)
    _do(engine, "UPDATE audit_leaves SET number = -5 WHERE number = 1")
    assert FaultKind.LEAVES_CHANGED in _kinds(check())


def test_an_entry_that_was_slipped_in_is_named(engine: Engine, grow: Callable, check: Check) -> None:
    (number,) = grow(1)
    _do(engine, f"DELETE FROM audit_leaves WHERE entry_id = {number}", "DELETE FROM audit_tree")
    (fault,) = check().faults
    assert (fault.kind, fault.entry) == (FaultKind.ENTRY_STRAY, number)


@pytest.mark.parametrize(
    "damage", ["size = 2", "id = 2", "frontier = ''", "size = -1"], ids=["size", "id", "frontier", "negative"]
)
def test_a_changed_tree_is_told(engine: Engine, grow: Callable, check: Check, damage: str) -> None:
    grow(3)
    _do(engine, f"UPDATE audit_tree SET {damage}")
    assert _kinds(check()) == {FaultKind.TREE_CHANGED}


def test_a_tree_that_is_gone_is_told(engine: Engine, grow: Callable, check: Check) -> None:
    grow(3)
    _do(engine, "DELETE FROM audit_tree")
    assert _kinds(check()) == {FaultKind.TREE_CHANGED}


def test_an_entry_that_waits_for_a_second_leaf_is_named(engine: Engine, grow: Callable, check: Check) -> None:
    numbers = grow(2)
    _do(engine, f"INSERT INTO audit_waiting VALUES ({numbers[0]})")
    (fault,) = check().faults
    assert (fault.kind, fault.entry) == (FaultKind.WAITING_CHANGED, numbers[0])


def test_records_that_vanished_without_a_word_are_told(engine: Engine, grow: Callable, check: Check) -> None:
    numbers = grow(2)
    _do(engine, f"UPDATE audit_entries SET reason = NULL, details = NULL, salt = NULL WHERE id = {numbers[0]}")
    assert _kinds(check()) == {FaultKind.RECORDS_VANISHED}


def test_what_is_no_text_is_a_fault_and_not_the_end_of_the_check(engine: Engine, grow: Callable, check: Check) -> None:
    if engine.dialect.name == "postgresql":
        _do(engine, *(["UPDATE audit_entries SET at = 'infinity' WHERE id = 2"] if grow(3) else []))
    else:
        grow(3)
        _do(engine, "UPDATE audit_entries SET target = CAST(x'ff' AS TEXT), reason = CAST(x'fe' AS TEXT) WHERE id = 2")
    report = check()
    assert FaultKind.ENTRY_CHANGED in _kinds(report)
    assert {fault.entry for fault in report.faults} == {2}


def test_a_time_that_is_none_of_an_entry_that_waits_is_a_fault(
    engine: Engine, clock: FixedClock, actor: Actor, check: Check
) -> None:
    with write(engine) as tx:
        log.write(tx, clock=clock, actor=actor, verb="do", target="thing:1")
    never = "'infinity'" if engine.dialect.name == "postgresql" else "'2026-11-23 12:30:15,123456'"
    _do(engine, f"UPDATE audit_entries SET at = {never}")
    report = check()
    assert (_kinds(report), report.waiting, report.waiting_since) == ({FaultKind.ENTRY_CHANGED}, 1, None)


def test_faults_are_all_counted_and_the_first_are_kept(engine: Engine, grow: Callable, check: Check) -> None:
    grow(1_100)
    _do(engine, "UPDATE audit_entries SET verb = 'undo'")
    report = check()
    assert (len(report.faults), report.fault_count) == (1_000, 1_100)


def test_the_check_leaves_nothing_behind_in_the_connection(engine: Engine, grow: Callable, check: Check) -> None:
    if engine.dialect.name == "postgresql":
        return  # there is nothing to leave behind
    grow(1)
    with read(engine) as tx:
        verify(tx, public_keys=())
        assert tx.connection.driver_connection.text_factory is str
