from collections.abc import Callable
from datetime import timedelta

import pytest

from safelight.audit import heading, queries
from safelight.audit.head import parse_head
from safelight.audit.note import open_note
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.installation import installation_id
from safelight.database.transaction import read, write
from safelight.roles import Actor
from safelight.testing.keys import MemoryKeys

_HOUR = timedelta(hours=1)


def _is_due(engine: Engine, clock: FixedClock, after: timedelta) -> bool:
    with read(engine) as tx:
        return heading.is_head_due(tx, FixedClock(at=clock.at + after), _HOUR)


def test_a_head_tells_the_logs_name_its_size_its_root_and_the_time(
    engine: Engine, clock: FixedClock, keys: MemoryKeys, grow: Callable, sign: Callable
) -> None:
    grow(5)
    note = sign()
    with read(engine) as tx:
        head = parse_head(open_note(note, heading.note_keys(tx, keys.describe().public_keys), is_alone=True))
        assert (head.origin, head.size, head.at) == (f"safelight/{installation_id(tx)}", 5, clock.at)
        assert heading.latest_head(tx) == note
        assert heading.latest_head_at(tx) == clock.at
        (entry,) = queries.page_entries(tx, target="audit_head:5")
    assert entry.verb == heading.SIGN_VERB
    assert heading.told_size(entry.target) == 5


def test_without_any_head_none_is_the_latest(engine: Engine) -> None:
    with read(engine) as tx:
        assert heading.latest_head(tx) is None
        assert heading.latest_head_at(tx) is None


def test_a_head_is_due_when_something_was_written_and_the_last_one_is_old(
    engine: Engine, clock: FixedClock, grow: Callable, sign: Callable
) -> None:
    assert not _is_due(engine, clock, timedelta())  # nothing was written
    grow(2)
    assert _is_due(engine, clock, timedelta())  # there is none yet
    sign()
    grow(1)
    assert not _is_due(engine, clock, _HOUR - timedelta(microseconds=1))
    assert _is_due(engine, clock, _HOUR)


def test_the_entries_of_heads_alone_make_no_head_due(
    engine: Engine, clock: FixedClock, grow: Callable, sign: Callable
) -> None:
    grow(2)
    sign()
    grow(0)
    assert not _is_due(engine, clock, 10 * _HOUR)


def test_a_clock_that_was_set_back_makes_a_head_due_rather_than_never(
    engine: Engine, clock: FixedClock, grow: Callable, sign: Callable
) -> None:
    grow(2)
    sign()
    grow(1)
    assert _is_due(engine, clock, -_HOUR)


def test_a_last_head_that_cannot_be_read_makes_one_due(engine: Engine, clock: FixedClock, grow: Callable) -> None:
    grow(2)
    with write(engine) as tx:
        tx.exec_driver_sql("INSERT INTO audit_heads (size, note) VALUES (1, 'nonsense')")
    assert _is_due(engine, clock, timedelta())


@pytest.mark.parametrize("target", ["audit_head:", "audit_head:x", "thing:5", "", 5, None])
def test_a_size_is_read_only_where_one_is_told(target: object) -> None:
    assert heading.told_size(target) is None


def test_who_signed_is_told(engine: Engine, actor: Actor, grow: Callable, sign: Callable) -> None:
    grow(1)
    sign()
    with read(engine) as tx:
        (entry,) = queries.page_entries(tx, target="audit_head:1")
    assert entry.actor.name == actor.name
