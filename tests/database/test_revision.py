from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, insert, inspect, select, text

from safelight.banks import queries
from safelight.banks.bank import DeconfirmedPolicy
from safelight.banks.change import BEGINNING
from safelight.database.engine import Engine
from safelight.database.revision import REVISIONS, TABLES, is_current, require_current, upgrade
from safelight.database.schema import METADATA
from safelight.database.transaction import Tx, read, write
from safelight.errors import DatabaseUnusable, WorkspaceOutdated

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PAST = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)


def test_an_upgrade_makes_a_blank_database_current(blank_engine: Engine) -> None:
    assert not is_current(blank_engine)
    upgrade(blank_engine)
    assert is_current(blank_engine)
    require_current(blank_engine)


def test_a_second_upgrade_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    assert is_current(engine)


def test_the_steps_build_exactly_the_tables_that_the_stores_describe(engine: Engine) -> None:
    with read(engine) as tx:
        context = MigrationContext.configure(tx, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_indexes_with_a_condition_have_the_same_condition_in_steps_and_stores(engine: Engine) -> None:
    """Alembic does not compare the conditions of indexes."""
    dialect = engine.dialect.name
    expected = {
        index.name: str(index.dialect_options[dialect]["where"].compile()).split(".")[-1]
        for table in METADATA.tables.values()
        for index in table.indexes
        if index.dialect_options[dialect]["where"] is not None
    }
    assert len(expected) == 4
    with read(engine) as tx:
        found = {
            str(index["name"]): str(index["dialect_options"][f"{dialect}_where"])
            for table in METADATA.tables
            for index in inspect(tx).get_indexes(table)
            if f"{dialect}_where" in index.get("dialect_options", {})
        }
    # PostgreSQL writes conditions back with casts and brackets.
    tidy = {name: where.replace("(", "").replace(")", "").replace("::text", "") for name, where in found.items()}
    assert {name: where.replace("::character varying", "") for name, where in tidy.items()} == expected


def _upgrade_to(engine: Engine, revision: str) -> None:
    """Make the tables as a program of that version made them."""
    config = Config()
    config.set_main_option("script_location", str(files("safelight.database") / "migrations"))
    config.set_main_option("path_separator", "os")
    with write(engine) as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, revision)


def _fill_first_version(tx: Tx) -> None:
    """Add rows to every table of the first version."""
    tables = MetaData()
    tables.reflect(tx)

    def add(table: str, **values: object) -> None:
        tx.execute(insert(tables.tables[table]).values(**values))

    who = {"actor_kind": "person", "actor_name": "p"}
    add("audit_entries", at=PAST, verb="create_bank", target="bank:1", reason="", details="{}", **who)
    for name in ("Alpha", "Beta"):
        add("banks", name=name, name_key=name.lower(), is_enabled=name == "Alpha", version=3, created_at=PAST)
    add("bank_thresholds", bank_id=1, signal_type="pdq", distance=12)
    counts = dict.fromkeys(("added", "replaced", "already_there", "duplicates"), 1)
    for _ in range(2):
        times = dict.fromkeys(("started_at", "heartbeat_at", "published_at"), PAST)
        add("bank_batches", bank_id=1, state="published", origin="list", format="csv", **times, **who, **counts)
    states: list[dict[str, object]] = [
        {"batch_id": 1},
        {"batch_id": 1, "is_disabled": True, "disabled_until": NOW + timedelta(days=1)},
        {"batch_id": 1, "withdrawn_at": PAST},
        {"batch_id": 1, "superseded_by": 2},
        {"batch_id": 2},
    ]
    for number, state in enumerate(states):
        value = {"identity": bytes([number]) * 16, "value": bytes([number]) * 32}
        add("bank_entries", **{"bank_id": 1, "signal_type": "pdq", "is_disabled": False, **value, **state})


@pytest.fixture
def first_version(blank_engine: Engine) -> Engine:
    """A database as a program of the first version left it, with rows in every table."""
    _upgrade_to(blank_engine, "0001")
    with write(blank_engine) as tx:
        _fill_first_version(tx)
    return blank_engine


def _everything(engine: Engine, tables: Iterable[str]) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of those of these tables that there are."""
    with read(engine) as tx:
        found = MetaData()
        found.reflect(tx, only=lambda name, _: name in tables)
        return {name: sorted(map(tuple, tx.execute(select(table)))) for name, table in found.tables.items()}


def test_an_upgrade_from_the_first_version_keeps_every_row(first_version: Engine) -> None:
    before = _everything(first_version, TABLES)
    assert len(before) == 5
    assert all(before.values())
    upgrade(first_version)
    assert is_current(first_version)
    assert _everything(first_version, before) == before


def test_an_upgrade_from_the_first_version_gives_every_bank_policies_and_a_key_of_its_own(
    first_version: Engine,
) -> None:
    upgrade(first_version)
    with read(first_version) as tx:
        banks = {bank.name: bank for bank in queries.list_banks(tx)}
        assert queries.last_position(tx) == BEGINNING
        assert queries.entry_controls(tx) == {}
        matchable = list(queries.stream_matchable(tx, signal_type="pdq", now=NOW))
    assert banks["Alpha"].threshold("pdq") == 12
    assert [entry_id for chunk in matchable for _, entry_id, _ in chunk] == [1, 5]
    for bank in banks.values():
        assert (bank.rollout, bank.deconfirmed, bank.is_allow_list) == (10_000, DeconfirmedPolicy.STOP, False)
    keys = {bank.rollout_key for bank in banks.values()}
    assert len(keys) == 2
    assert {len(key) for key in keys} == {32}


def test_a_database_of_the_first_version_is_outdated_until_it_is_upgraded(first_version: Engine) -> None:
    assert not is_current(first_version)
    with pytest.raises(WorkspaceOutdated, match="safelight init"):
        require_current(first_version)
    upgrade(first_version)
    require_current(first_version)


def test_a_database_of_the_first_version_without_one_of_its_tables_is_refused(first_version: Engine) -> None:
    with write(first_version) as tx:
        tx.execute(text("DROP TABLE bank_thresholds"))
    with pytest.raises(DatabaseUnusable, match="something else"):
        upgrade(first_version)


def test_the_list_of_versions_names_every_step_in_order() -> None:
    config = Config()
    config.set_main_option("script_location", str(files("safelight.database") / "migrations"))
    config.set_main_option("path_separator", "os")
    steps = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(steps)) == REVISIONS


def test_a_database_of_a_newer_program_is_refused_and_left_alone(engine: Engine) -> None:
    with write(engine) as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        assert not is_current(engine)
        with pytest.raises(WorkspaceOutdated, match="newer"):
            require_current(engine)
        with pytest.raises(WorkspaceOutdated, match="newer"):
            upgrade(engine)
    finally:
        with write(engine) as tx:
            tx.execute(text("UPDATE alembic_version SET version_num = :now"), {"now": REVISIONS[-1]})


def test_a_database_without_tables_is_refused_with_what_to_do(blank_engine: Engine) -> None:
    with pytest.raises(WorkspaceOutdated, match="safelight init"):
        require_current(blank_engine)


def test_an_upgrade_that_breaks_leaves_no_table_behind(blank_engine: Engine) -> None:
    with write(blank_engine) as tx:
        tx.execute(text("CREATE TABLE other (x INTEGER)"))
        tx.execute(text("CREATE INDEX ix_bank_entries_batch_id ON other (x)"))  # in the way of the first step's end
    with pytest.raises(Exception, match="ix_bank_entries_batch_id"):
        upgrade(blank_engine)
    with read(blank_engine) as tx:
        assert not inspect(tx).has_table("banks")


def test_the_list_of_tables_names_every_table_of_the_stores() -> None:
    assert sorted(METADATA.tables) == sorted(TABLES)


FOREIGN = [
    ["CREATE TABLE banks (x INTEGER)"],
    ["CREATE TABLE alembic_version (version_num VARCHAR(32))", "INSERT INTO alembic_version VALUES ('0001')"],
    ["CREATE TABLE alembic_version (version_num VARCHAR(32))", "INSERT INTO alembic_version VALUES ('a1b2')"],
    ["CREATE TABLE alembic_version (version_num VARCHAR(32))", "INSERT INTO alembic_version VALUES ('1'), ('2')"],
    [
        "CREATE TABLE alembic_version (version_num VARCHAR(32))",
        "INSERT INTO alembic_version VALUES ('0001')",
        "CREATE TABLE banks (x INTEGER)",
    ],
]


@pytest.mark.parametrize("commands", FOREIGN)
def test_a_database_of_something_else_is_refused_and_left_alone(blank_engine: Engine, commands: list[str]) -> None:
    with write(blank_engine) as tx:
        for command in commands:
            tx.execute(text(command))
    with read(blank_engine) as tx:
        before = sorted(inspect(tx).get_table_names())
    assert not is_current(blank_engine)
    for look in (require_current, upgrade):
        with pytest.raises(DatabaseUnusable, match="something else"):
            look(blank_engine)
    with read(blank_engine) as tx:
        assert sorted(inspect(tx).get_table_names()) == before
