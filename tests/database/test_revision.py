from importlib.resources import files

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from safelight.database.engine import Engine
from safelight.database.revision import REVISIONS, TABLES, is_current, require_current, upgrade
from safelight.database.schema import METADATA
from safelight.database.transaction import read, write
from safelight.errors import DatabaseUnusable, WorkspaceOutdated


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
    assert len(expected) == 3
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
