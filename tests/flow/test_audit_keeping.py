import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import event, text

from safelight.audit import log, queries
from safelight.audit.boundary import AuditBoundary
from safelight.audit.report import Report
from safelight.audit.verifying import verify
from safelight.clock import FixedClock
from safelight.database.engine import WRITING, Engine
from safelight.database.transaction import read, write
from safelight.errors import KeysUnusable, NotFound
from safelight.flow.audit_keeping import (
    KEEPER,
    export_log,
    keeping_audit,
    number_all,
    prove_entry_now,
    sign_due_head,
    sign_head_now,
)
from safelight.roles import Actor
from safelight.testing.keys import MemoryKeys

_HOUR = timedelta(hours=1)


@pytest.fixture
def keys() -> MemoryKeys:
    return MemoryKeys()


@pytest.fixture
def act(engine: Engine, clock: FixedClock, actor: Actor) -> Callable[[], int]:
    """Write one entry in a transaction of its own."""

    def write_entry() -> int:
        with write(engine) as tx:
            return log.write(tx, clock=clock, actor=actor, verb="do", target="thing:1")

    return write_entry


@pytest.fixture
def check(engine: Engine, keys: MemoryKeys) -> Callable[..., Report]:
    def verify_log(*kept: str) -> Report:
        with read(engine) as tx:
            return verify(tx, public_keys=keys.describe().public_keys, kept_heads=kept)

    return verify_log


@pytest.fixture
def writes(engine: Engine) -> Iterator[list[int]]:
    """Collect the transactions that asked to write."""
    begun: list[int] = []

    def note(connection) -> None:
        if connection.get_execution_options().get(WRITING, False):
            begun.append(1)

    event.listen(engine, "begin", note)
    yield begun
    event.remove(engine, "begin", note)


def _until(is_so: Callable[[], bool]) -> None:
    for _ in range(500):
        if is_so():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen within ten seconds")


def test_everything_that_waits_gets_its_leaf(engine: Engine, act: Callable, check: Callable) -> None:
    for _ in range(3):
        act()
    assert number_all(engine) == 3
    assert number_all(engine) == 0
    report = check()
    assert (report.faults, report.size, report.waiting) == ((), 3, 0)


def test_among_writers_who_never_stop_it_ends(engine: Engine, act: Callable) -> None:
    act()

    def write_more(at: AuditBoundary) -> None:
        if at is AuditBoundary.NUMBERED:
            act()

    assert number_all(engine, reach=write_more) == 1


def test_where_nothing_waits_nobody_asks_to_write(
    engine: Engine, clock: FixedClock, keys: MemoryKeys, act: Callable, writes: list[int]
) -> None:
    act()
    number_all(engine)
    writes.clear()
    number_all(engine)
    sign_head_now(engine, clock, keys, KEEPER)
    number_all(engine)
    writes.clear()
    assert number_all(engine) == 0
    assert sign_due_head(engine, clock, keys, every=_HOUR) is None
    assert writes == []


def test_a_head_covers_all_that_was_committed_before(
    engine: Engine, clock: FixedClock, keys: MemoryKeys, act: Callable, check: Callable
) -> None:
    act()
    act()
    note = sign_head_now(engine, clock, keys, KEEPER)
    assert note.split("\n")[1] == "2"
    report = check(note)
    assert (report.faults, report.heads, report.kept_heads) == ((), 1, 1)


def test_a_due_head_is_signed_once(
    engine: Engine, clock: FixedClock, keys: MemoryKeys, act: Callable, check: Callable
) -> None:
    act()
    number_all(engine)
    assert sign_due_head(engine, clock, keys, every=_HOUR) is not None
    act()
    number_all(engine)
    assert sign_due_head(engine, clock, keys, every=_HOUR) is None
    later = FixedClock(at=clock.at + _HOUR)
    assert sign_due_head(engine, later, keys, every=_HOUR) is not None
    report = check()
    assert (report.faults, report.heads) == ((), 2)


def test_of_two_keepers_that_find_a_head_due_one_signs_it(
    engine: Engine, clock: FixedClock, keys: MemoryKeys, act: Callable, check: Callable
) -> None:
    act()
    number_all(engine)

    def sign_before(_boundary: AuditBoundary) -> None:
        if _boundary is AuditBoundary.HEAD_SIGNED:
            assert sign_due_head(engine, clock, keys, every=_HOUR) is not None

    assert sign_due_head(engine, clock, keys, every=_HOUR, reach=sign_before) is None
    report = check()
    assert (report.faults, report.heads) == ((), 1)


class _Death(BaseException):
    pass


@pytest.mark.parametrize("boundary", list(AuditBoundary))
def test_who_dies_at_any_boundary_leaves_a_log_that_holds_and_goes_on(
    *, engine: Engine, clock: FixedClock, keys: MemoryKeys, act: Callable, check: Callable, boundary: AuditBoundary
) -> None:
    act()
    reached: list[AuditBoundary] = []

    def die(at: AuditBoundary) -> None:
        reached.append(at)
        if at is boundary:
            raise _Death

    with pytest.raises(_Death):
        sign_head_now(engine, clock, keys, KEEPER, reach=die)
    assert reached[-1] is boundary
    assert check().faults == ()
    act()
    report = check(sign_head_now(engine, clock, keys, KEEPER))
    assert (report.faults, report.size, report.heads) == ((), 2, 1)


@pytest.mark.parametrize("boundary", [AuditBoundary.HEAD_SIGNED, AuditBoundary.HEAD_ADDED])
def test_who_dies_while_signing_a_due_head_leaves_it_due(
    *, engine: Engine, clock: FixedClock, keys: MemoryKeys, act: Callable, check: Callable, boundary: AuditBoundary
) -> None:
    act()
    number_all(engine)

    def die(at: AuditBoundary) -> None:
        if at is boundary:
            raise _Death

    with pytest.raises(_Death):
        sign_due_head(engine, clock, keys, every=_HOUR, reach=die)
    assert sign_due_head(engine, clock, keys, every=_HOUR) is not None
    assert check().faults == ()


def test_the_keeper_numbers_within_a_second_and_signs_what_is_due(
    engine: Engine, clock: FixedClock, keys: MemoryKeys, act: Callable, check: Callable
) -> None:
    told: list[str] = []
    with keeping_audit(engine, clock, keys, tell=told.append, heads_every=_HOUR):
        started = time.monotonic()
        act()
        _until(lambda: check().size >= 1)
        assert time.monotonic() - started < 5  # within a second; a busy machine has room
        _until(lambda: check().heads == 1)
    report = check()
    assert (told, report.faults, report.waiting) == ([], (), 0)
    with read(engine) as tx:
        (entry,) = queries.page_entries(tx, target="audit_head:1")
    assert entry.actor == KEEPER


def test_what_is_written_last_gets_its_leaf_when_the_keeper_ends(
    engine: Engine, clock: FixedClock, act: Callable, check: Callable
) -> None:
    with keeping_audit(engine, clock, None, tell=print, turns_every_s=60):
        act()
    assert (check().size, check().heads) == (1, 0)


class _FailingKeys(MemoryKeys):
    """Keys that refuse to sign."""

    calls = 0

    def sign(self, message: bytes) -> bytes:
        self.calls += 1
        raise KeysUnusable("the keys refuse")


def test_keys_that_refuse_are_told_once_and_left_alone_while_entries_get_their_leaves(
    engine: Engine, clock: FixedClock, act: Callable, check: Callable
) -> None:
    told, keys = list[str](), _FailingKeys()
    with keeping_audit(engine, clock, keys, tell=told.append, turns_every_s=0.01):
        act()
        _until(lambda: bool(told))
        act()
        _until(lambda: check().size == 2)
    assert (len(told), keys.calls) == (1, 1)
    assert "the keys refuse" in told[0]


def test_a_turn_that_fails_is_told_once_and_tried_again(
    engine: Engine, clock: FixedClock, act: Callable, check: Callable
) -> None:
    act()
    number_all(engine)
    with write(engine) as tx:
        tx.execute(text("UPDATE audit_tree SET size = 2"))
    told: list[str] = []
    with keeping_audit(engine, clock, None, tell=told.append, turns_every_s=0.01):
        act()
        _until(lambda: bool(told))
        time.sleep(0.1)
        assert len(told) == 1
        with write(engine) as tx:
            tx.execute(text("UPDATE audit_tree SET size = 1"))
        _until(lambda: check().size == 2)
    assert "audit verify" in told[0]


def test_somebody_who_is_told_and_is_gone_does_not_end_the_keeper(
    engine: Engine, clock: FixedClock, act: Callable, check: Callable
) -> None:
    def tell(_text: str) -> None:
        gone.set()
        raise RuntimeError

    gone = threading.Event()
    with keeping_audit(engine, clock, _FailingKeys(), tell=tell, turns_every_s=0.01):
        act()
        assert gone.wait(10)
        act()
        _until(lambda: check().size == 2)


def test_an_export_is_in_the_log_that_it_tells(
    engine: Engine, clock: FixedClock, actor: Actor, keys: MemoryKeys, act: Callable
) -> None:
    act()
    file = BytesIO()
    assert export_log(engine, clock, keys, actor, file=file) == len(file.getvalue().splitlines())
    assert b'"verb": "export_log"' in file.getvalue().splitlines()[2]


def test_an_export_that_cannot_be_written_leaves_nothing_open(
    engine: Engine, clock: FixedClock, actor: Actor, keys: MemoryKeys, act: Callable
) -> None:
    act()

    class Full(BytesIO):
        def write(self, _data: bytes) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        export_log(engine, clock, keys, actor, file=Full())


def test_an_entry_is_proved_by_a_head_that_is_signed_for_it_only_where_none_covers_it(
    *, engine: Engine, clock: FixedClock, actor: Actor, keys: MemoryKeys, act: Callable, check: Callable
) -> None:
    number = act()
    first = prove_entry_now(engine, clock, keys, actor, entry_id=number)
    assert first["leaf"] == 0
    assert prove_entry_now(engine, clock, keys, actor, entry_id=number)["head"] == first["head"]
    assert check().heads == 1
    with pytest.raises(NotFound):
        prove_entry_now(engine, clock, keys, actor, entry_id=99)
