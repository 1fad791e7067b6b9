from importlib.resources import files

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from safelight.database.engine import Engine
from safelight.database.revision import REVISIONS, is_current, require_current, upgrade
from safelight.database.schema import METADATA
from safelight.database.transaction import read, write
from safelight.errors import WorkspaceOutdated


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
        tx.execute(text("CREATE TABLE bank_entries (x INTEGER)"))  # in the way of the first step's last table
    with pytest.raises(Exception, match="bank_entries"):
        upgrade(blank_engine)
    with read(blank_engine) as tx:
        assert not inspect(tx).has_table("banks")
