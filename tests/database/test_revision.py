import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects.sqlite import DATETIME as SQLITE_DATETIME

from safelight.audit import log
from safelight.audit.queries import page_entries
from safelight.audit.sequencing import number_waiting
from safelight.audit.verifying import verify
from safelight.banks import queries
from safelight.banks.bank import DeconfirmedPolicy
from safelight.banks.change import BEGINNING
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.revision import REVISIONS, TABLES, is_current, require_current, upgrade
from safelight.database.schema import METADATA
from safelight.database.transaction import Tx, read, write
from safelight.errors import DatabaseUnusable, WorkspaceOutdated
from safelight.review.decision import Seat
from safelight.review.store import queue_rows
from safelight.review.urgency import place_of
from safelight.roles import Actor

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


def _conditions(tx: Tx) -> dict[str, str]:
    """Return the condition of every index that has one, as the database itself writes it."""
    dialect = tx.dialect.name
    return {
        str(index["name"]): str(index["dialect_options"][f"{dialect}_where"])
        for table in METADATA.tables
        for index in inspect(tx).get_indexes(table)
        if f"{dialect}_where" in index.get("dialect_options", {})
    }


def test_indexes_with_a_condition_have_the_same_condition_in_steps_and_stores(blank_engine: Engine) -> None:
    """Alembic does not compare the conditions of indexes."""
    dialect = blank_engine.dialect.name
    upgrade(blank_engine)
    with write(blank_engine) as tx:
        by_steps = _conditions(tx)
        METADATA.drop_all(tx)
        METADATA.create_all(tx)
        by_stores = _conditions(tx)
    described = {
        str(index.name)
        for table in METADATA.tables.values()
        for index in table.indexes
        if index.dialect_options[dialect]["where"] is not None
    }
    assert len(described) >= 8
    assert set(by_stores) == described
    assert by_steps == by_stores


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


Held = dict[str, tuple[list[str], list[tuple[object, ...]]]]
"""Of each table the names of its columns, and its rows."""


def _found(tx: Tx) -> MetaData:
    """Return our tables as the database has them."""
    found = MetaData()
    found.reflect(tx, only=lambda name, _: name in TABLES)
    return found


def _everything(tx: Tx, found: MetaData, columns: Mapping[str, list[str]] | None = None) -> Held:
    """Return every row of these tables; with `columns`, only these columns of those tables that it names."""
    held: Held = {}
    for name in found.tables if columns is None else columns:
        table = found.tables[name]
        names = columns[name] if columns else [column.name for column in table.columns]
        rows = tx.execute(select(*(table.c[column] for column in names)))
        held[name] = names, sorted(map(tuple, rows), key=repr)
    return held


def _fill(tx: Tx, found: MetaData) -> None:
    """Add two rows to every table that has none: one with something in every column, one with as little as can be."""
    for table in found.sorted_tables:
        if tx.execute(select(table).limit(1)).first() is None:
            for number in (1, 2):
                tx.execute(insert(table).values(_row(table, number)))


def _fill_more(tx: Tx, found: MetaData, numbers: tuple[int, int]) -> None:
    """Add two such rows to every table, beside those that it has, under numbers that no table has yet."""
    for table in found.sorted_tables:
        numbered = [column.name for column in table.columns if column.identity is not None]
        for number in numbers:
            tx.execute(insert(table).values(_row(table, number) | dict.fromkeys(numbered, number)))


def _row(table: Table, number: int) -> dict[str, object]:
    return {
        column.name: _value(column, number)
        for column in table.columns
        if column.identity is None and (number % 2 == 1 or not column.nullable)
    }


def _value(column: Column[Any], number: int) -> object:
    for key in column.foreign_keys:
        return _value(key.column, number)
    if column.name in {"details", "args"}:
        return json.dumps({"number": number})
    if column.name == "actor_kind":
        return "person"
    if isinstance(column.type, Boolean):
        return number % 2 == 1
    if isinstance(column.type, Integer):
        return number
    if isinstance(column.type, DateTime):
        moment = PAST + timedelta(days=number)
        return moment.replace(tzinfo=None) if isinstance(column.type, SQLITE_DATETIME) else moment
    return bytes([number]) * 32 if isinstance(column.type, LargeBinary) else f"{column.name[:8]}{number}"


def test_every_step_keeps_every_row_and_every_value_of_all_versions_before(blank_engine: Engine) -> None:
    """Each version leaves rows of its own in every table, and they live through all steps that come after."""
    before: Held = {}
    for number, revision in enumerate(REVISIONS):
        _upgrade_to(blank_engine, revision)
        with write(blank_engine) as tx:
            found = _found(tx)
            assert _everything(tx, found, {name: names for name, (names, _) in before.items()}) == before, revision
            _fill_more(tx, found, (2 * number + 1, 2 * number + 2))
            before = _everything(tx, found)
        assert len(before) >= 5
        assert all(len(rows) >= 2 for _, rows in before.values())
    assert is_current(blank_engine)
    assert sum(len(rows) for _, rows in before.values()) > 2 * len(before)


WHOLE_WAY = "0001"
"""The version from which an upgrade takes all steps at once. The others are long: each step is tested by itself."""


@pytest.mark.parametrize(
    "revision", [pytest.param(each, marks=[] if each == WHOLE_WAY else pytest.mark.long) for each in REVISIONS]
)
def test_an_upgrade_from_every_version_keeps_every_row_and_every_value(blank_engine: Engine, revision: str) -> None:
    _upgrade_to(blank_engine, revision)
    with write(blank_engine) as tx:
        found = _found(tx)
        _fill(tx, found)
        before = _everything(tx, found)
    assert len(before) >= 5
    assert all(rows for _, rows in before.values())
    upgrade(blank_engine)
    assert is_current(blank_engine)
    with read(blank_engine) as tx:
        assert _everything(tx, _found(tx), {name: names for name, (names, _) in before.items()}) == before


@pytest.mark.parametrize("revision", REVISIONS[:2])
def test_entries_from_before_the_merkle_log_get_leaves_that_its_verification_accepts(
    blank_engine: Engine, clock: FixedClock, actor: Actor, revision: str
) -> None:
    _upgrade_to(blank_engine, revision)
    with write(blank_engine) as tx:
        _fill(tx, _found(tx))
        count = tx.execute(text("SELECT count(*) FROM audit_entries")).scalar_one()
    upgrade(blank_engine)
    with write(blank_engine) as tx:
        log.write(tx, clock=clock, actor=actor, verb="test", target="test:1", reason="a later one")
        assert number_waiting(tx) == count + 1
    with read(blank_engine) as tx:
        report = verify(tx, public_keys=())
        entries = page_entries(tx)
    assert report.faults == ()
    assert report.size == count + 1
    assert [entry.reason for entry in entries] == ["reason1", "reason2", "a later one"]


@pytest.mark.few_on_postgresql
def test_an_old_entry_that_was_altered_before_the_upgrade_ended_would_not_be_accepted(
    blank_engine: Engine, clock: FixedClock, actor: Actor
) -> None:
    _upgrade_to(blank_engine, "0002")
    with write(blank_engine) as tx:
        _fill(tx, _found(tx))
    upgrade(blank_engine)
    with write(blank_engine) as tx:
        number_waiting(tx)
        tx.execute(text("UPDATE audit_entries SET reason = 'another' WHERE id = 2"))
    with read(blank_engine) as tx:
        assert verify(tx, public_keys=()).faults


@pytest.mark.few_on_postgresql
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
    with pytest.raises(WorkspaceOutdated, match="safelight db upgrade"):
        require_current(first_version)
    upgrade(first_version)
    require_current(first_version)


@pytest.mark.few_on_postgresql
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
    with pytest.raises(WorkspaceOutdated, match="safelight db upgrade"):
        require_current(blank_engine)


@pytest.mark.few_on_postgresql
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


@pytest.mark.few_on_postgresql
def test_cases_of_before_stand_in_the_queue_as_they_waited(blank_engine: Engine) -> None:
    _upgrade_to(blank_engine, "0009")
    with write(blank_engine) as tx:
        tables = MetaData()
        tables.reflect(tx)
        counts = {"item_count": 1, "near_count": 0}
        for state, closed_at, exact in (("open", None, 1), ("open", None, 0), ("closed", PAST, 1)):
            times = {"opened_at": PAST, "closed_at": closed_at, "last_activity_at": PAST}
            values = {"subject_id": f"{state} {exact}", "state": state, "exact_count": exact, **times, **counts}
            tx.execute(insert(tables.tables["cases"]).values(values))
    upgrade(blank_engine)
    with read(blank_engine) as tx:
        found = {case_id: queue_rows.find(tx, case_id) for case_id in (1, 2, 3)}
    assert [each.seat for each in found.values() if each] == [Seat.FIRST, Seat.FIRST, None]
    for each in found.values():
        assert each is not None
        assert (each.facts.since_at, each.wave, each.categories) == (PAST, 1, frozenset())
        assert each.place == place_of(each.facts, NOW)
