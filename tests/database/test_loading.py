"""A dump of either database, and of every version, is taken in by either."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from safelight.audit import log
from safelight.banks.store.tables import banks
from safelight.clock import FixedClock
from safelight.database.dump import ColumnKind, TableHead, dump_rows, found_tables, table_head
from safelight.database.engine import Engine, open_engine
from safelight.database.loading import finish_loading, load_block, renew_tables, require_unused
from safelight.database.revision import REVISIONS, is_current, upgrade
from safelight.database.stepping import step_to
from safelight.database.transaction import Tx, read, write
from safelight.errors import BackupRefused
from safelight.roles import Actor

PAST = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)

Dump = list[tuple[TableHead, list[bytes]]]


@pytest.fixture(params=["sqlite", "postgresql"])
def other_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Open a second database: on SQLite as `safelight init` makes it, on PostgreSQL without any table."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "other.db")
        engine = open_engine(tmp_path / "other.db")
    else:
        server: Any = request.getfixturevalue("postgresql_server")
        server.psql("DROP DATABASE IF EXISTS other WITH (FORCE);")
        server.psql("CREATE DATABASE other;")
        engine = open_engine(server.get_uri(database="other"))
    yield engine
    engine.dispose()


def _add_bank(tx: Tx, name: str) -> int:
    values = {"name": name, "name_key": name, "is_enabled": True, "version": 1, "created_at": PAST}
    return int(tx.execute(insert(banks).values(values).returning(banks.c.id)).scalar_one())


def _dump(engine: Engine) -> Dump:
    with read(engine) as tx:
        return [(table_head(table), [block for _, block in dump_rows(tx, table)]) for table in found_tables(tx)]


def _load(tx: Tx, dump: Dump, revision: str) -> int:
    renew_tables(tx, [head for head, _ in dump], revision)
    return sum(load_block(tx, head, block) for head, blocks in dump for block in blocks)


def test_what_one_database_dumps_the_other_holds_after_loading(engine: Engine, other_engine: Engine) -> None:
    with write(engine) as tx:
        for name in ("a", "b", "c"):
            _add_bank(tx, name)
        tx.execute(text("INSERT INTO bank_policies VALUES (2, 'stop', 1, :key, :yes)"), {"key": b"\0\xff", "yes": True})
    dump = _dump(engine)
    with write(other_engine) as tx:
        assert _load(tx, dump, REVISIONS[-1]) >= 5
        finish_loading(tx)
    assert _dump(other_engine) == dump
    assert is_current(other_engine)
    with read(other_engine) as tx:
        assert tx.execute(select(banks.c.created_at)).scalars().all() == [PAST] * 3


@pytest.mark.parametrize(  # how they are numbered is of the other one alone
    "engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True
)
def test_rows_that_come_later_are_numbered_after_the_loaded_ones(engine: Engine, other_engine: Engine) -> None:
    with write(engine) as tx:
        for name in ("a", "b", "c"):
            _add_bank(tx, name)
        tx.execute(text("DELETE FROM banks WHERE id < 3"))
    with write(other_engine) as tx:
        _load(tx, _dump(engine), REVISIONS[-1])
        finish_loading(tx)
        assert _add_bank(tx, "d") == 4


ENTRY = """
    INSERT INTO audit_entries (at, actor_kind, actor_name, verb, target, reason, details)
    VALUES ('2026-01-01 00:00:00.000000', 'person', 'p', 'v', 't', 'because', '{}')
"""


OLD = [
    ("sqlite", "0001", "postgresql"),
    ("postgresql", "0001", "sqlite"),
    ("sqlite", "0002", "sqlite"),
    ("postgresql", "0003", "postgresql"),
    ("sqlite", "0004", "sqlite"),
]
"""Of a database of this kind and version the dump is taken, and loaded into that kind; the other pairs are long."""

OLDER = [
    pytest.param(*case, marks=[] if case in OLD else pytest.mark.long)
    for case in (
        (kind, *there)
        for kind in ("sqlite", "postgresql")
        for there in (
            ("0001", "sqlite"),
            ("0001", "postgresql"),
            ("0002", "sqlite"),
            ("0003", "postgresql"),
            ("0004", "sqlite"),
        )
    )
]


@pytest.mark.parametrize(("blank_engine", "revision", "other_engine"), OLDER, indirect=["blank_engine", "other_engine"])
def test_a_dump_of_an_older_version_is_loaded_and_brought_up(
    blank_engine: Engine, other_engine: Engine, revision: str
) -> None:
    with write(blank_engine) as tx:
        step_to(tx, "0001")
        tx.execute(text(ENTRY))
        step_to(tx, revision)
    dump = _dump(blank_engine)
    with write(other_engine) as tx:
        assert _load(tx, dump, revision) >= 1
        finish_loading(tx)
    assert is_current(other_engine)
    with read(other_engine) as tx:
        assert tx.execute(text("SELECT reason FROM audit_entries")).scalars().all() == ["because"]
        assert tx.execute(text("SELECT count(*) FROM installation")).scalar_one() == 1
        assert tx.execute(text("SELECT entry_id FROM audit_waiting")).scalars().all() == [1]


def test_a_new_database_is_unused_whatever_its_audit_log_says(
    blank_engine: Engine, clock: FixedClock, actor: Actor
) -> None:
    upgrade(blank_engine)
    with write(blank_engine) as tx:
        log.write(tx, clock=clock, actor=actor, verb="create_keys", target="keys:1")
        require_unused(tx)
        assert renew_tables(tx, [table_head(table) for table in found_tables(tx)], REVISIONS[-1]) == 1


def test_a_database_without_tables_is_unused(blank_engine: Engine) -> None:
    with read(blank_engine) as tx:
        require_unused(tx)


def test_a_database_that_holds_anything_is_refused_and_named(engine: Engine) -> None:
    with write(engine) as tx:
        _add_bank(tx, "a")
    with read(engine) as tx, pytest.raises(BackupRefused, match="rows in banks"):
        require_unused(tx)


@pytest.mark.parametrize("revision", ["9999", "", "0001; DROP TABLE banks"])
def test_a_dump_of_a_version_that_is_not_known_is_refused(engine: Engine, revision: str) -> None:
    with pytest.raises(BackupRefused, match="newer"), write(engine) as tx:
        renew_tables(tx, [], revision)
    assert is_current(engine)


def test_a_dump_whose_tables_are_not_those_of_its_version_is_refused(engine: Engine) -> None:
    heads = [head for head, _ in _dump(engine)]
    other = TableHead(name="banks", columns=(("id", ColumnKind.TEXT),))
    for changed in (heads[1:], [*heads, other], [other, *heads[1:]]):
        with pytest.raises(BackupRefused, match="not those of its version"), write(engine) as tx:
            renew_tables(tx, changed, REVISIONS[-1])
    assert is_current(engine)


def test_a_block_that_cannot_be_read_is_refused(engine: Engine) -> None:
    head = TableHead(name="banks", columns=(("id", ColumnKind.INTEGER),))
    with pytest.raises(BackupRefused, match="table banks"), write(engine) as tx:
        load_block(tx, head, b"[1")
