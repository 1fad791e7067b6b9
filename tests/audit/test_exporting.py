import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.audit import heading
from safelight.audit.erasing import erase_records
from safelight.audit.exporting import export_lines
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import DatabaseUnusable
from safelight.roles import Actor
from safelight.testing.keys import MemoryKeys


def _export(engine: Engine, clock: FixedClock, keys: MemoryKeys) -> list[dict]:
    with read(engine) as tx:
        note_keys = heading.note_keys(tx, keys.describe().public_keys)
        return [json.loads(line) for line in export_lines(tx, keys=note_keys, at=clock.at)]


def test_every_entry_under_the_last_head_is_told_and_every_head_after_its_last_entry(
    engine: Engine, clock: FixedClock, keys: MemoryKeys, grow: Callable, sign: Callable
) -> None:
    grow(2)
    first = sign()
    grow(1)
    second = sign()
    grow(4)
    header, *lines, end = _export(engine, clock, keys)
    assert (header["format"], header["size"], end) == ("safelight audit export 1", 4, {"end": 4})
    assert header["origin"] == f"safelight/{header['installation']}"
    assert [line.get("leaf", line.get("head")) for line in lines] == [0, 1, first, 2, 3, second]
    assert lines[0]["details"] == '{"n": 0}'


def test_of_an_erased_record_nothing_is_told_but_its_digest(
    *, engine: Engine, clock: FixedClock, actor: Actor, keys: MemoryKeys, grow: Callable, sign: Callable
) -> None:
    grow(1)
    with write(engine) as tx:
        erase_records(tx, clock, actor, clock.at + timedelta(1))
    sign()
    entry = _export(engine, clock, keys)[1]
    assert (entry["salt"], entry["reason"], entry["details"]) == (None, None, None)
    assert len(entry["digest"]) == 64


def test_a_log_without_a_head_is_told_as_empty(
    engine: Engine, clock: FixedClock, keys: MemoryKeys, grow: Callable
) -> None:
    grow(2)
    assert [line.get("size", line.get("end")) for line in _export(engine, clock, keys)] == [0, 0]


def test_a_damaged_log_is_not_exported(
    engine: Engine, clock: FixedClock, keys: MemoryKeys, grow: Callable, sign: Callable
) -> None:
    grow(2)
    sign()
    with write(engine) as tx:
        tx.execute(text("DELETE FROM audit_entries WHERE id = 1"))
    with pytest.raises(DatabaseUnusable, match="audit verify"):
        _export(engine, clock, keys)
