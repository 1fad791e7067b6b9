"""A dump says everything that the tables hold, in the same bytes on both databases."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, text

from safelight.banks.store.tables import banks, entries
from safelight.database.dump import ROWS_A_BLOCK, ColumnKind, TableHead, dump_rows, found_tables, read_block, table_head
from safelight.database.engine import Engine
from safelight.database.revision import TABLES
from safelight.database.schema import METADATA
from safelight.database.transaction import Tx, read, write
from safelight.jobs.store import jobs

CREATED_AT = datetime(2026, 3, 1, 0, 30, 0, 7, tzinfo=timezone(timedelta(hours=14)))
"""The last day of February in UTC, with a fraction that must not be lost."""


def _add_banks(tx: Tx, count: int) -> None:
    rows = [
        {"name": f"Bänk {n}", "name_key": str(n), "is_enabled": n % 2 == 0, "version": n, "created_at": CREATED_AT}
        for n in range(count)
    ]
    tx.execute(insert(banks), rows)


def _dumped(engine: Engine, name: str) -> tuple[TableHead, list[tuple[int, bytes]]]:
    with read(engine) as tx:
        (table,) = [table for table in found_tables(tx) if table.name == name]
        return table_head(table), list(dump_rows(tx, table))


def test_every_table_is_found_after_those_that_it_refers_to(engine: Engine) -> None:
    with read(engine) as tx:
        tables = found_tables(tx)
    places = {table.name: place for place, table in enumerate(tables)}
    assert sorted(places) == sorted(TABLES)
    for table in METADATA.tables.values():
        for key in table.foreign_keys:
            is_own = key.column.table is table  # rows come by their numbers: each after the earlier one that it follows
            assert is_own or places[key.column.table.name] < places[table.name]


def test_the_head_says_of_every_column_what_it_holds(engine: Engine) -> None:
    head, _ = _dumped(engine, "bank_entries")
    kinds = dict(head.columns)
    assert list(kinds) == [column.name for column in entries.columns]
    assert kinds["id"] is ColumnKind.INTEGER
    assert kinds["value"] is ColumnKind.BYTES
    assert kinds["label"] is ColumnKind.TEXT
    assert kinds["is_disabled"] is ColumnKind.BOOLEAN
    assert kinds["withdrawn_at"] is ColumnKind.MOMENT


def test_values_are_written_alike_on_both_databases(engine: Engine) -> None:
    with write(engine) as tx:
        _add_banks(tx, 2)
    _, blocks = _dumped(engine, "banks")
    assert blocks == [
        (
            2,
            '[1,"Bänk 0","0",true,0,"2026-02-28 10:30:00.000007",null]\n'
            '[2,"Bänk 1","1",false,1,"2026-02-28 10:30:00.000007",null]\n'.encode(),
        )
    ]


def test_bytes_are_base64_and_come_back_as_they_were(engine: Engine) -> None:
    with write(engine) as tx:
        _add_banks(tx, 1)
        policy = "INSERT INTO bank_policies VALUES (1, 'stop', 1, :key, :no)"
        tx.execute(text(policy), {"key": bytes(range(256)), "no": False})
    head, ((count, block),) = _dumped(engine, "bank_policies")
    assert count == 1
    assert json.loads(block)[3].startswith("AAECAwQF")
    (row,) = read_block(head, block)
    assert row == (1, "stop", 1, bytes(range(256)), False)


def test_a_table_of_many_rows_comes_in_blocks_in_the_order_of_its_key(engine: Engine) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    job = {"kind": "k", "args": "{}", "state": "done", "attempts": 1, "worker": "", "fence": 1, "reason": ""}
    with write(engine) as tx:
        tx.execute(insert(jobs), [{**job, "due_at": moment, "added_at": moment}] * (2 * ROWS_A_BLOCK + 1))
    head, blocks = _dumped(engine, "jobs")
    assert [count for count, _ in blocks] == [ROWS_A_BLOCK, ROWS_A_BLOCK, 1]
    ids = [row[0] for _, block in blocks for row in read_block(head, block)]
    assert ids == list(range(1, 2 * ROWS_A_BLOCK + 2))


def test_an_empty_table_has_no_block(engine: Engine) -> None:
    assert _dumped(engine, "banks")[1] == []


HEAD = TableHead(name="t", columns=(("a", ColumnKind.INTEGER), ("b", ColumnKind.BYTES)))


@pytest.mark.parametrize("block", [b"[1]\n", b"{}\n", b"[1,null", b"[1,null]\nx\n", b'[1,"a"]\n'])
def test_a_block_that_is_malformed_is_told(block: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_block(HEAD, block)


def test_line_separators_within_a_text_end_no_row(engine: Engine) -> None:
    name = "a\u2028b\x85c\x0bd\x1ee\r\nf"
    with write(engine) as tx:
        tx.execute(insert(banks).values(name=name, name_key="k", is_enabled=True, version=1, created_at=CREATED_AT))
    head, ((_, block),) = _dumped(engine, "banks")
    assert read_block(head, block)[0][1] == name


def test_what_is_kept_for_a_stated_time_is_in_no_dump(engine: Engine) -> None:
    row = {"id": 1, "seen_at": CREATED_AT, "state": "waiting", "sealed": b"s"}
    with write(engine) as tx:
        tx.execute(insert(METADATA.tables["recent_media"]), [row])
    head, blocks = _dumped(engine, "recent_media")
    assert (head.name, blocks) == ("recent_media", [])
