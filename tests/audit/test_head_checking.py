"""Heads, those of the database and those kept elsewhere, are held against the leaves."""

# ruff: noqa: S608 - the tables are broken by hand here, with names and numbers of the test's own

from collections.abc import Callable

from sqlalchemy import text

from safelight.audit import heading
from safelight.audit.head import Head
from safelight.audit.report import FaultKind, Report
from safelight.audit.tree import Frontier
from safelight.audit.verifying import verify
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.roles import Actor
from safelight.testing.keys import MemoryKeys

Check = Callable[..., Report]


def _do(engine: Engine, statement: str, **values: object) -> None:
    with write(engine) as tx:
        tx.execute(text(statement), values)


def _kinds(report: Report) -> list[FaultKind]:
    return [fault.kind for fault in report.faults]


def _cut(engine: Engine, size: int) -> None:
    """Cut a log whose first `size` leaves were its first head's, as somebody would who knows it well."""
    with write(engine) as tx:
        tx.execute(text(f"DELETE FROM audit_waiting WHERE entry_id > {size}"))
        tx.execute(text(f"DELETE FROM audit_entries WHERE id > {size}"))
        tx.execute(text(f"DELETE FROM audit_leaves WHERE number >= {size}"))
        tx.execute(text(f"DELETE FROM audit_heads WHERE size > {size}"))


def test_a_log_cut_behind_a_kept_head_is_found_and_cut_before_it_is_what_no_log_can_show(
    engine: Engine, grow: Callable, sign: Callable, check: Check
) -> None:
    grow(4)
    first = sign()
    grow(4)
    second = sign()
    with read(engine) as tx:
        tree = tx.execute(text("SELECT hash FROM audit_leaves ORDER BY number")).scalars().all()
    _cut(engine, 4)
    small = Frontier()
    for leaf in tree[:4]:
        small.push(bytes(leaf))
    _do(engine, "UPDATE audit_tree SET size = 4, frontier = :frontier", frontier=small.packed())
    assert FaultKind.LOG_CUT in _kinds(check(second))
    assert FaultKind.LOG_CUT not in _kinds(check(first))


def test_a_kept_head_by_another_key_or_of_another_log_counts_for_nothing(
    *, engine: Engine, clock: FixedClock, keys: MemoryKeys, grow: Callable, sign: Callable, check: Check
) -> None:
    grow(2)
    note = sign()
    foreign = heading.sign_head(keys, Head(origin="safelight/other", size=2, root=bytes(32), at=clock.at))
    with read(engine) as tx:
        stranger = heading.sign_head(MemoryKeys(), heading.present_head(tx, clock))
    for refused in (foreign, stranger, note.replace("\n2\n", "\n1\n"), "", "nonsense"):
        report = check(refused)
        assert (_kinds(report), report.kept_heads) == ([FaultKind.KEPT_HEAD_REFUSED], 0)


def test_a_kept_head_that_the_database_forgot_is_told(
    engine: Engine, grow: Callable, sign: Callable, check: Check
) -> None:
    grow(2)
    note = sign()
    grow(2)
    _do(engine, "DELETE FROM audit_heads")
    assert _kinds(check(note)) == [FaultKind.HEAD_MISSING] * 2  # the kept one, and the entry that tells of it


def test_a_kept_head_with_another_root_is_told(
    engine: Engine, clock: FixedClock, keys: MemoryKeys, grow: Callable, check: Check
) -> None:
    grow(3)
    with read(engine) as tx:
        head = heading.present_head(tx, clock)
    other = Head(origin=head.origin, size=2, root=bytes(32), at=head.at)
    assert FaultKind.LEAVES_CHANGED in _kinds(check(heading.sign_head(keys, other)))


def test_where_the_leaves_stop_fitting_is_told_by_the_last_head_that_fits(
    engine: Engine, grow: Callable, sign: Callable, check: Check
) -> None:
    grow(4)
    sign()
    grow(4)
    sign()
    grow(4)
    sign()
    grow(0)
    _do(engine, "UPDATE audit_leaves SET number = -number WHERE number IN (5, 6)")
    _do(engine, "UPDATE audit_leaves SET number = 11 + number WHERE number < 0")
    (fault,) = [fault for fault in check().faults if fault.kind is FaultKind.LEAVES_CHANGED]
    assert fault.leaf == 4
    assert "the first 4 still are" in fault.text


def test_a_head_listed_under_another_size_is_told(engine: Engine, grow: Callable, sign: Callable, check: Check) -> None:
    grow(4)
    sign()
    for size in (3, -1, 99):
        _do(engine, "UPDATE audit_heads SET size = :size", size=size)
        assert {FaultKind.HEAD_CHANGED, FaultKind.LOG_CUT} & set(_kinds(check()))


def test_a_head_with_a_second_signature_in_the_database_is_told(
    engine: Engine, grow: Callable, sign: Callable, check: Check
) -> None:
    grow(4)
    sign()
    _do(engine, "UPDATE audit_heads SET note = note || 'x y z\n'")
    assert FaultKind.HEAD_CHANGED in _kinds(check())


def test_a_head_of_which_no_entry_tells_is_told(
    engine: Engine, clock: FixedClock, keys: MemoryKeys, grow: Callable, check: Check
) -> None:
    grow(4)
    with read(engine) as tx:
        note = heading.sign_head(keys, heading.present_head(tx, clock))
    _do(engine, "INSERT INTO audit_heads VALUES (4, :note)", note=note)
    assert _kinds(check()) == [FaultKind.HEAD_CHANGED]


def test_a_size_or_a_note_that_is_none_is_told_and_does_not_end_the_check(
    engine: Engine, grow: Callable, sign: Callable, check: Check
) -> None:
    grow(4)
    sign()
    if engine.dialect.name == "postgresql":
        _do(engine, "UPDATE audit_heads SET note = ''")
    else:
        _do(engine, "UPDATE audit_heads SET size = 'many', note = x'00'")
    assert FaultKind.HEAD_CHANGED in _kinds(check())


def test_heads_of_earlier_keys_hold_while_their_public_keys_are_known(
    *, engine: Engine, clock: FixedClock, actor: Actor, keys: MemoryKeys, grow: Callable, sign: Callable
) -> None:
    grow(2)
    sign()
    later = MemoryKeys()
    with read(engine) as tx:
        head = heading.present_head(tx, clock)
    grow(1)
    with write(engine) as tx:
        heading.add_head(tx, clock, actor, heading.sign_head(later, head))
    known = (*later.describe().public_keys, *keys.describe().public_keys)
    with read(engine) as tx:
        assert verify(tx, public_keys=known).faults == ()
        assert not verify(tx, public_keys=known[:1]).is_sound
