from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select, update

from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read, write
from safelight.errors import DatabaseUnusable
from safelight.keys.held_wrap import HeldWrap
from safelight.testing.keys import MemoryKeys
from safelight.vault.rewrapping import WRAPS, VaultWraps
from safelight.vault.store.tables import occurrences, secrets, spools
from safelight.vault.wrap_context import evidence_context, secret_context, spool_context

AT = datetime(2026, 11, 23, tzinfo=UTC)
EVIDENCE, SPOOLS, SECRETS = WRAPS


def _hold_evidence(tx: Tx, keys: MemoryKeys, row_id: str) -> None:
    wrapped = keys.wrap(b"keys of " + row_id.encode(), context=evidence_context(row_id))
    facts = {"id": row_id, "size_bytes": 1, "sealed_at": AT, "manifest": b"sealed"}
    tx.execute(insert(occurrences).values(facts | {"key_id": wrapped.key_id, "wrapped_key": wrapped.data}))


def _hold_spool(tx: Tx, keys: MemoryKeys, row_id: str) -> None:
    wrapped = keys.wrap(b"keys of " + row_id.encode(), context=spool_context(row_id))
    facts = {"id": row_id, "size_bytes": 1, "kept_at": AT, "manifest": b"sealed"}
    tx.execute(insert(spools).values(facts | {"key_id": wrapped.key_id, "wrapped_key": wrapped.data}))


def _hold_secret(tx: Tx, keys: MemoryKeys, row_id: str) -> None:
    wrapped = keys.wrap(b"keys of " + row_id.encode(), context=secret_context(row_id))
    tx.execute(insert(secrets).values(name=row_id, key_id=wrapped.key_id, wrapped_key=wrapped.data))


KINDS = [(EVIDENCE, _hold_evidence), (SPOOLS, _hold_spool), (SECRETS, _hold_secret)]
Hold = Callable[[Tx, MemoryKeys, str], None]


@pytest.fixture
def keys() -> MemoryKeys:
    """Be keys of which one was in use before."""
    return MemoryKeys()


def _page(engine: Engine, wraps: VaultWraps, other_than: str, after: str = "", limit: int = 10) -> list[HeldWrap]:
    with read(engine) as tx:
        return wraps.page(tx, other_than=other_than, after=after, limit=limit)


@pytest.mark.parametrize(("wraps", "hold"), KINDS)
def test_wraps_of_older_keys_are_found_with_what_opens_them(
    engine: Engine, keys: MemoryKeys, wraps: VaultWraps, hold: Hold
) -> None:
    with write(engine) as tx:
        for row in ("b", "a"):
            hold(tx, keys, row)
    active = keys.rotate()
    with write(engine) as tx:
        hold(tx, keys, "c")
    found = _page(engine, wraps, active)
    assert [held.row_id for held in found] == ["a", "b"]
    assert [keys.unwrap(held.wrapped, context=held.context) for held in found] == [b"keys of a", b"keys of b"]


@pytest.mark.parametrize(("wraps", "hold"), KINDS)
def test_pages_follow_each_other(engine: Engine, keys: MemoryKeys, wraps: VaultWraps, hold: Hold) -> None:
    with write(engine) as tx:
        for row in "abcde":
            hold(tx, keys, row)
    active = keys.rotate()
    first = _page(engine, wraps, active, limit=3)
    second = _page(engine, wraps, active, after=first[-1].row_id, limit=3)
    assert ["".join(held.row_id for held in page) for page in (first, second)] == ["abc", "de"]
    assert _page(engine, wraps, active, after="e") == []


@pytest.mark.parametrize(("wraps", "hold"), KINDS)
def test_a_wrap_is_exchanged_once(engine: Engine, keys: MemoryKeys, wraps: VaultWraps, hold: Hold) -> None:
    with write(engine) as tx:
        hold(tx, keys, "a")
    active = keys.rotate()
    (held,) = _page(engine, wraps, active)
    new = keys.wrap(b"keys of a", context=held.context)
    with write(engine) as tx:
        assert wraps.exchange(tx, [(held, new)]) == 1
        assert wraps.exchange(tx, [(held, new)]) == 0
        assert wraps.counts(tx) == {active: 1}
    assert _page(engine, wraps, active) == []
    (now,) = _page(engine, wraps, "none")
    assert now == replace(held, wrapped=new)


def test_of_many_only_those_are_exchanged_that_are_still_there(engine: Engine, keys: MemoryKeys) -> None:
    with write(engine) as tx:
        for row in "abcd":
            _hold_evidence(tx, keys, row)
    active = keys.rotate()
    renewed = [(held, keys.wrap(b"x", context=held.context)) for held in _page(engine, EVIDENCE, active)]
    with write(engine) as tx:
        assert EVIDENCE.exchange(tx, renewed[:1]) == 1
        assert EVIDENCE.exchange(tx, renewed) == 3
        assert EVIDENCE.counts(tx) == {active: 4}


def test_what_was_destroyed_meanwhile_does_not_come_back(engine: Engine, keys: MemoryKeys) -> None:
    with write(engine) as tx:
        _hold_evidence(tx, keys, "a")
    active = keys.rotate()
    (held,) = _page(engine, EVIDENCE, active)
    with write(engine) as tx:
        tx.execute(update(occurrences).values(wrapped_key=None, key_id=None, manifest=None, destroyed_at=AT))
    with write(engine) as tx:
        assert EVIDENCE.exchange(tx, [(held, keys.wrap(b"keys of a", context=held.context))]) == 0
    with read(engine) as tx:
        assert tx.execute(select(occurrences.c.wrapped_key)).scalar_one() is None
        assert EVIDENCE.counts(tx) == {}


def test_the_manifest_and_the_other_columns_stay_as_they_are(engine: Engine, keys: MemoryKeys) -> None:
    with write(engine) as tx:
        _hold_evidence(tx, keys, "a")
        before = tx.execute(select(occurrences)).one()._asdict()
    active = keys.rotate()
    (held,) = _page(engine, EVIDENCE, active)
    new = keys.wrap(b"keys of a", context=held.context)
    with write(engine) as tx:
        EVIDENCE.exchange(tx, [(held, new)])
        after = tx.execute(select(occurrences)).one()._asdict()
    assert after == before | {"key_id": new.key_id, "wrapped_key": new.data}


def test_counts_are_by_key(engine: Engine, keys: MemoryKeys) -> None:
    old = keys.describe().active_key_id
    with write(engine) as tx:
        for row in "ab":
            _hold_evidence(tx, keys, row)
        active = keys.rotate()
        _hold_evidence(tx, keys, "c")
        assert EVIDENCE.counts(tx) == {old: 2, active: 1}
        assert SPOOLS.counts(tx) == SECRETS.counts(tx) == {}


@pytest.mark.parametrize(("wraps", "hold"), KINDS)
def test_nobody_adds_a_wrap_while_they_are_kept_still(
    engine: Engine, keys: MemoryKeys, wraps: VaultWraps, hold: Hold
) -> None:
    if engine.dialect.name == "sqlite":
        return  # there a transaction that writes is alone anyway
    with write(engine) as tx:
        hold(tx, keys, "a")
        with pytest.raises(DatabaseUnusable), write(engine) as other:
            wraps.keep_still(other)


def test_every_table_with_wraps_is_among_them() -> None:
    with_wraps = {table.name for table in occurrences.metadata.tables.values() if "wrapped_key" in table.c}
    assert with_wraps == {
        "vault_occurrences",
        "vault_spools",
        "vault_secrets",
        "notice_secrets",
        "case_texts",
        "access_totp",
        "outcome_texts",
        "report_destinations",
        "reports",
    }
