"""A database that something else made is refused, and nothing in it is touched."""

import pytest
from sqlalchemy import inspect, text

from safelight.database.engine import Engine
from safelight.database.revision import is_current, require_current, upgrade
from safelight.database.transaction import read, write
from safelight.errors import DatabaseUnusable

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
