import json
from hashlib import sha256

import pytest
from sqlalchemy import text

from safelight.audit import log, queries
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import InvalidValue
from safelight.roles import Actor


def _write(engine: Engine, clock: FixedClock, actor: Actor, **more: object) -> int:
    with write(engine) as tx:
        return log.write(tx, clock=clock, actor=actor, verb="do", target="thing:1", **more)


def test_an_entry_says_who_did_what_to_which_when_and_why(engine: Engine, clock: FixedClock, actor: Actor) -> None:
    number = _write(engine, clock, actor, reason="because", details={"count": 3, "name": "x"})
    with read(engine) as tx:
        (entry,) = queries.page_entries(tx)
    assert (entry.id, entry.at, entry.verb) == (number, clock.at, "do")
    assert (entry.actor.kind, entry.actor.name) == (actor.kind, actor.name)
    assert (entry.target, entry.reason, entry.details) == ("thing:1", "because", {"count": 3, "name": "x"})


def test_an_entry_falls_with_the_transaction_that_it_describes(engine: Engine, clock: FixedClock, actor: Actor) -> None:
    def fail() -> None:
        with write(engine) as tx:
            log.write(tx, clock=clock, actor=actor, verb="do", target="thing:1")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with read(engine) as tx:
        assert queries.page_entries(tx) == []


@pytest.mark.parametrize("detail", ["x" * 101, 1.5, None, b"bytes", ["list"]])
def test_a_detail_is_a_number_or_a_short_text_and_nothing_else(
    engine: Engine, clock: FixedClock, actor: Actor, detail: object
) -> None:
    with pytest.raises(InvalidValue):
        _write(engine, clock, actor, details={"detail": detail})


def test_a_reason_that_is_not_utf_8_is_recorded_as_far_as_it_goes(
    engine: Engine, clock: FixedClock, actor: Actor
) -> None:
    _write(engine, clock, actor, reason="because \udcff\0")
    with read(engine) as tx:
        assert [entry.reason for entry in queries.page_entries(tx)] == ["because ??"]


def test_an_entry_waits_for_its_leaf_with_a_salted_digest_of_what_can_be_erased(
    engine: Engine, clock: FixedClock, actor: Actor
) -> None:
    number = _write(engine, clock, actor, reason='she said "é"', details={"b": 1, "a": "x"})
    _write(engine, clock, actor, reason='she said "é"', details={"b": 1, "a": "x"})
    with read(engine) as tx:
        rows = tx.execute(text("SELECT salt, digest, reason, details FROM audit_entries ORDER BY id")).all()
        waiting = tx.execute(text("SELECT entry_id FROM audit_waiting ORDER BY entry_id")).scalars().all()
    assert waiting == [number, number + 1]
    for row in rows:
        told = json.dumps([row.reason, row.details], ensure_ascii=False, separators=(",", ":")).encode()
        assert bytes(row.digest) == sha256(bytes(row.salt) + told).digest()
        assert len(row.salt) == 32
    assert rows[0].salt != rows[1].salt
