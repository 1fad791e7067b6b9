"""Audit logs of any size for tests, and everything that somebody with the database in hand may do to one."""

# ruff: noqa: S608 - the tables are broken by hand here, with names and numbers of the test's own

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from safelight.audit import store
from safelight.audit.erasing import erase_records
from safelight.audit.leaf import new_salt, salted_digest
from safelight.audit.raw_entry import RawEntry
from safelight.audit.tree import Frontier
from safelight.clock import FixedClock
from safelight.database.bulk import insert_rows
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, write
from safelight.flow.audit_keeping import number_all, sign_head_now
from safelight.roles import Actor
from safelight.testing.keys import MemoryKeys

COLUMNS = ("id", "at", "actor_kind", "actor_name", "verb", "target", "reason", "details", "salt", "digest")
_FIRST_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_STORED = "%Y-%m-%d %H:%M:%S.%f"
_PART = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A log, its keys, and the head that was kept of it elsewhere."""

    engine: Engine
    keys: MemoryKeys
    kept: str
    kept_size: int


def fill(engine: Engine, first: int, count: int) -> None:
    """Write entries, many at a time; they wait for their leaves."""
    for start in range(first, first + count, _PART):
        rows = [_row(number) for number in range(start, min(start + _PART, first + count))]
        with write(engine) as tx:
            insert_rows(tx, store.entries, COLUMNS, rows)
            insert_rows(tx, store.waiting, ("entry_id",), [(row[0],) for row in rows])
    if engine.dialect.name == "postgresql":
        with write(engine) as tx:
            tx.execute(text(f"SELECT setval(pg_get_serial_sequence('audit_entries', 'id'), {first + count - 1})"))


def _row(number: int) -> tuple[Any, ...]:
    salt, why, told = new_salt(), f"because of “{number}”", f'{{"count": {number % 7}}}'
    at = (_FIRST_MOMENT + timedelta(seconds=number, microseconds=number * 7919 % 10**6)).strftime(_STORED)
    return (number, at, "person", "é", "do", f"thing:{number % 50}", why, told, salt, salted_digest(salt, why, told))


def make_log(engine: Engine, clock: FixedClock, actor: Actor, size: int) -> Log:
    """Make a log of some `size` leaves, with heads on its way, unused numbers, erased records, entries that wait."""
    keys, first = MemoryKeys(), 1
    for count in (size // 4, size // 2, size - size // 4 - size // 2):
        fill(engine, first, count)
        if first == 1:
            with write(engine) as tx:
                erase_records(tx, clock, actor, _FIRST_MOMENT + timedelta(seconds=9))
        sign_head_now(engine, clock, keys, actor)
        first += count + 10
    number_all(engine)
    kept = sign_head_now(engine, clock, keys, actor)
    fill(engine, first + 10, 3)
    return Log(engine=engine, keys=keys, kept=kept, kept_size=int(kept.split("\n")[1]))


class Tamperer:
    """Does one thing to a log in a transaction, each time another. What the database itself refuses is tried anew."""

    def __init__(self, log: Log, generator: np.random.Generator) -> None:
        self._log, self._generator = log, generator
        self.done: dict[str, int] = {}

    def tamper(self, tx: Tx) -> str:
        """Change something that the kept head covers, and say what."""
        self._tx = tx
        deeds = list(self._deeds())
        while True:
            name, deed = deeds[self._below(len(deeds))]
            with suppress(IntegrityError, _NothingToDo), tx.begin_nested():
                deed()
                self.done[name] = self.done.get(name, 0) + 1
                return name

    def _deeds(self) -> Iterator[tuple[str, Callable[[], None]]]:
        for table, key, names in _TABLES:
            for name in names:
                yield f"one bit of {table}.{name}", partial(self._flip, table, key, name)
            yield f"a row of {table} removed", partial(self._remove, table, key)
        for table, key, names in _TABLES[:3]:
            yield f"two rows of {table} swapped", partial(self._swap, table, key, names)
        yield "an entry slipped in", self._slip_in
        yield "a leaf slipped in at the end", self._append_leaf
        yield "an entry and its leaf inserted, the tree made to fit", self._insert
        yield "a head listed twice", self._copy_head
        yield "a second tree", lambda: self._do("INSERT INTO audit_tree SELECT 2, size, frontier FROM audit_tree")
        yield "an entry made to wait again", self._wait_again
        yield "cut, the tree made to fit", self._cut
        yield "cut, the entries made to wait again", partial(self._cut, waits=True)
        yield "an entry rewritten with all that hangs on it", self._rewrite
        yield "two leaves reordered, the tree made to fit", self._reorder
        yield "a record erased without a word", self._erase

    def _below(self, limit: int) -> int:
        return int(self._generator.integers(limit))

    def _do(self, statement: str, **values: Any) -> list[Any]:
        result = self._tx.execute(text(statement), values)
        return list(result) if result.returns_rows else []

    def _pick(self, table: str, key: str, columns: str = "*") -> Any:
        """Return a random row of those that the kept head covers, or of those that wait."""
        where = {
            "audit_entries": f"id IN (SELECT entry_id FROM audit_leaves WHERE number < {self._log.kept_size})",
            "audit_leaves": f"number < {self._log.kept_size}",
            "audit_heads": f"size <= {self._log.kept_size}",
        }.get(table, "1 = 1")
        ((count,),) = self._do(f"SELECT count(*) FROM {table} WHERE {where}")
        offset = self._below(count)
        return self._do(f"SELECT {columns} FROM {table} WHERE {where} ORDER BY {key} LIMIT 1 OFFSET {offset}")[0]

    def _flip(self, table: str, key: str, name: str) -> None:
        is_moment = name == "at" and self._tx.dialect.name == "postgresql"
        read = "(extract(epoch FROM at) * 1000000)::bigint" if is_moment else name
        row_key, value = self._pick(table, key, f"{key}, {read}")
        if value is None:
            raise _NothingToDo
        flipped, typed = self._flipped(value, bits=50 if is_moment else 64), ":value"
        if is_moment:
            typed = "timestamptz 'epoch' + :value * interval '1 microsecond'"
        elif isinstance(value, str):
            typed = "convert_from(:value, 'UTF8')" if self._tx.dialect.name == "postgresql" else "CAST(:value AS TEXT)"
        self._do(f"UPDATE {table} SET {name} = {typed} WHERE {key} = :key", value=flipped, key=row_key)

    def _flipped(self, value: Any, *, bits: int) -> Any:
        if isinstance(value, int):
            flipped = value ^ (1 << self._below(bits))
            return flipped if flipped < 1 << 63 else flipped - (1 << 64)
        raw = bytearray(value.encode() if isinstance(value, str) else value)
        raw[self._below(len(raw))] ^= 1 << self._below(8)
        if isinstance(value, str) and self._tx.dialect.name == "postgresql" and not _is_text(bytes(raw)):
            raise _NothingToDo  # PostgreSQL takes no such text
        return bytes(raw)

    def _remove(self, table: str, key: str) -> None:
        self._do(f"DELETE FROM {table} WHERE {key} = :key", key=self._pick(table, key, key)[0])

    def _swap(self, table: str, key: str, names: tuple[str, ...]) -> None:
        one, other = (self._pick(table, key, key)[0] for _ in range(2))
        if one == other:
            raise _NothingToDo
        if table == "audit_heads":
            notes = dict(self._do("SELECT size, note FROM audit_heads"))
            for size, note in ((one, notes[other]), (other, notes[one])):
                self._do("UPDATE audit_heads SET note = :note WHERE size = :size", note=note, size=size)
            return
        for old, new in ((one, -1), (other, one), (-1, other)):
            self._do(f"UPDATE {table} SET {key} = :new WHERE {key} = :old", old=old, new=new)

    def _forged(self) -> int:
        """Add an entry that never was, and return its number."""
        number = self._do("SELECT max(id) + 1 FROM audit_entries")[0][0]
        insert_rows(self._tx, store.entries, COLUMNS, [_row(number)])
        return int(number)

    def _slip_in(self) -> None:
        self._forged()

    def _append_leaf(self) -> None:
        number, entry = self._do("SELECT max(number) + 1 FROM audit_leaves")[0][0], self._forged()
        insert_rows(self._tx, store.leaves, ("number", "entry_id", "hash"), [(number, entry, self._leaf(entry))])

    def _insert(self) -> None:
        place, entry = self._pick("audit_leaves", "number", "number")[0], self._forged()
        self._do(f"UPDATE audit_leaves SET number = number + 10000000 WHERE number >= {place}")
        self._do("UPDATE audit_leaves SET number = number - 9999999 WHERE number >= 10000000")
        insert_rows(self._tx, store.leaves, ("number", "entry_id", "hash"), [(place, entry, self._leaf(entry))])
        self._fit_tree()

    def _copy_head(self) -> None:
        size = self._pick("audit_heads", "size", "size")[0]
        self._do("INSERT INTO audit_heads SELECT size + 1, note FROM audit_heads WHERE size = :size", size=size)

    def _wait_again(self) -> None:
        self._do("INSERT INTO audit_waiting VALUES (:id)", id=self._pick("audit_entries", "id", "id")[0])

    def _cut(self, *, waits: bool = False) -> None:
        size = self._below(self._log.kept_size)
        cut = f"SELECT entry_id FROM audit_leaves WHERE number >= {size}"
        if waits:
            self._do(f"INSERT INTO audit_waiting {cut}")
        else:
            self._do(f"DELETE FROM audit_entries WHERE id IN ({cut})")
        self._do(f"DELETE FROM audit_leaves WHERE number >= {size}")
        self._do(f"DELETE FROM audit_heads WHERE size > {size}")
        self._fit_tree()

    def _rewrite(self) -> None:
        entry = self._pick("audit_entries", "id", "id")[0]
        salt = new_salt()
        self._do(
            "UPDATE audit_entries SET actor_name = 'another', reason = 'none', details = '{}', salt = :salt, "
            "digest = :digest WHERE id = :id",
            salt=salt, digest=salted_digest(salt, "none", "{}"), id=entry,
        )  # fmt: skip
        self._do("UPDATE audit_leaves SET hash = :hash WHERE entry_id = :id", hash=self._leaf(entry), id=entry)
        self._fit_tree()

    def _reorder(self) -> None:
        self._swap("audit_leaves", "number", ())
        self._fit_tree()

    def _erase(self) -> None:
        entry, salt = self._pick("audit_entries", "id", "id, salt")
        if salt is None:
            raise _NothingToDo
        self._do("UPDATE audit_entries SET reason = NULL, details = NULL, salt = NULL WHERE id = :id", id=entry)

    def _leaf(self, entry: int) -> bytes:
        ((_, found),) = store.find_leaves(self._tx, entry_id=entry)
        assert isinstance(found, RawEntry)
        return found.leaf()

    def _fit_tree(self) -> None:
        tree = Frontier()
        for hash_ in store.stream_hashes(self._tx, 1 << 40):
            tree.push(hash_)
        store.set_tree(self._tx, tree.size, tree.packed())


class _NothingToDo(Exception):
    """There is nothing of this kind to change in this row."""


_TABLES = (
    ("audit_entries", "id", COLUMNS),
    ("audit_leaves", "number", ("number", "entry_id", "hash")),
    ("audit_heads", "size", ("size", "note")),
    ("audit_tree", "id", ("id", "size", "frontier")),
    ("audit_waiting", "entry_id", ("entry_id",)),
)


def _is_text(raw: bytes) -> bool:
    with suppress(UnicodeDecodeError):
        return "\0" not in raw.decode()
    return False
