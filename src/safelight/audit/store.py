"""The tables of the audit log. Entries and leaves are added and read; only the record of an entry can be erased."""

import json
from collections.abc import Generator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    ForeignKey,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from safelight.audit.entry import AuditEntry
from safelight.audit.raw_entry import RawEntry
from safelight.database.bulk import insert_rows, stream_rows
from safelight.database.moment import Moment
from safelight.database.parts import in_parts
from safelight.database.raw_rows import raw_moment, untrusted
from safelight.database.schema import METADATA, RowId, row_number
from safelight.database.text import storable_text
from safelight.database.transaction import Tx
from safelight.roles import Actor, ActorKind

_ROWS_AT_ONCE = 5_000
_HEADS_AT_ONCE = 500

entries = Table(
    "audit_entries",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor_kind", String(20), nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("verb", String(100), nullable=False),
    Column("target", Text, nullable=False, index=True),
    Column("reason", Text),  # NULL, as details and salt, once the record was erased
    Column("details", Text),
    Column("salt", LargeBinary),
    Column("digest", LargeBinary, nullable=False),  # of salt, reason and details
)

waiting = Table(
    "audit_waiting",
    METADATA,
    Column("entry_id", RowId, ForeignKey(entries.c.id), primary_key=True, autoincrement=False),
)
"""Entries that have no leaf yet."""

leaves = Table(
    "audit_leaves",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("entry_id", RowId, nullable=False, unique=True),
    Column("hash", LargeBinary, nullable=False),
)
"""The leaves of the Merkle log, numbered from 0."""

tree = Table(
    "audit_tree",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # always 1
    Column("size", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
)
"""How far the log has come: one row."""

heads = Table(
    "audit_heads",
    METADATA,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, primary_key=True),
)
"""Signed tree heads."""


# Built once: every step of every room waits for these two.
_ADD_ENTRY = insert(entries).returning(entries.c.id)
_ADD_WAITING = insert(waiting)


def add(tx: Tx, values: dict[str, Any]) -> int:
    """Add one entry, let it wait for its leaf, and return its number."""
    number = int(tx.execute(_ADD_ENTRY, values).scalar_one())
    tx.execute(_ADD_WAITING, {"entry_id": number})
    return number


def count_waiting(tx: Tx) -> int:
    """Return how many entries have no leaf yet."""
    return int(tx.execute(select(func.count()).select_from(waiting)).scalar_one())


def page(tx: Tx, *, after_id: int, limit: int, target: str | None) -> list[AuditEntry]:
    """Return the entries after a number, oldest first."""
    question = select(entries).where(entries.c.id > after_id).order_by(entries.c.id).limit(limit)
    if target is not None:
        question = question.where(entries.c.target == target)
    return [_entry(row) for row in tx.execute(question)]


def search(tx: Tx, asked: Mapping[str, str], *, top: int, floor: int, limit: int) -> list[AuditEntry]:
    """Return entries whose columns are as asked, with numbers below `top` and above `floor`, the latest first."""
    question = select(entries).where(entries.c.id < top, entries.c.id > floor).order_by(entries.c.id.desc())
    for name, text in asked.items():
        question = question.where(entries.c[name] == storable_text(text))
    return [_entry(row) for row in tx.execute(question.limit(limit))]


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        at=row.at,
        actor=Actor(kind=ActorKind(row.actor_kind), name=row.actor_name),
        verb=row.verb,
        target=row.target,
        reason=row.reason,
        details=None if row.details is None else json.loads(row.details),
    )


def erase(tx: Tx, before: datetime) -> int:
    """Forget the reasons, details and salts of the entries before a moment; return of how many."""
    old = (entries.c.at < before) & entries.c.salt.is_not(None)
    return tx.execute(update(entries).where(old).values(reason=None, details=None, salt=None)).rowcount


def _raw(tx: Tx) -> list[ColumnElement[Any]]:
    """Return the columns of `RawEntry`, in its order."""
    at = raw_moment(tx, entries.c.at).label("microseconds")
    names = ("actor_kind", "actor_name", "verb", "target", "digest", "salt", "reason", "details")
    return [entries.c.id, at, *(entries.c[name] for name in names)]


def is_anything_waiting(tx: Tx) -> bool:
    """Whether an entry has no leaf yet."""
    return tx.execute(select(waiting.c.entry_id).limit(1)).first() is not None


def waiting_entries(tx: Tx, limit: int) -> list[RawEntry]:
    """Return entries that wait for their leaf, in the order of their numbers, as they lie there."""
    joined = waiting.join(entries, entries.c.id == waiting.c.entry_id)
    question = select(*_raw(tx)).select_from(joined).order_by(waiting.c.entry_id).limit(limit)
    with untrusted(tx):
        return [RawEntry(*row) for rows in stream_rows(tx, question, limit) for row in rows]


def add_leaves(tx: Tx, first: int, rows: Sequence[tuple[int, bytes]]) -> None:
    """Add leaves, each as (entry, hash), numbered from `first`; their entries wait no longer."""
    insert_rows(tx, leaves, ("number", "entry_id", "hash"), [(first + n, *row) for n, row in enumerate(rows)])
    numbered = select(leaves.c.entry_id).where(leaves.c.number >= first)
    tx.execute(delete(waiting).where(waiting.c.entry_id.in_(numbered)))


def tree_rows(tx: Tx) -> list[tuple[Any, Any, Any]]:
    """Return id, size and frontier of each row of the tree; there should be one, with the id 1."""
    question = select(tree.c.id, tree.c.size, tree.c.frontier).order_by(tree.c.id)
    return [(id_, size, frontier) for rows in stream_rows(tx, question, 10) for id_, size, frontier in rows]


def set_tree(tx: Tx, size: int, frontier: bytes) -> None:
    """Say how far the log has come."""
    if not tx.execute(update(tree).where(tree.c.id == 1).values(size=size, frontier=frontier)).rowcount:
        tx.execute(insert(tree).values(id=1, size=size, frontier=frontier))


def next_leaf(tx: Tx) -> int:
    """Return the number that follows the last leaf's."""
    last = tx.execute(select(func.max(leaves.c.number))).scalar_one()
    return 0 if last is None else int(last) + 1


def stream_hashes(tx: Tx, size: int) -> Generator[bytes]:
    """Give the hashes of the first leaves, in order."""
    question = select(leaves.c.hash).where(leaves.c.number < size).order_by(leaves.c.number)
    for rows in stream_rows(tx, question, _ROWS_AT_ONCE):
        for (hash_,) in rows:
            yield bytes(hash_)


def stream_leaves(tx: Tx, upto: int | None = None) -> Generator[list[tuple[Any, ...]]]:
    """Give every leaf, or the first so many, in order: number, entry, hash, and the columns of `RawEntry`.

    Those are None where there is no such entry.
    """
    joined = leaves.outerjoin(entries, entries.c.id == leaves.c.entry_id)
    columns = (leaves.c.number, leaves.c.entry_id, leaves.c.hash, *_raw(tx))
    question = select(*columns).select_from(joined).order_by(leaves.c.number)
    if upto is not None:
        question = question.where(leaves.c.number < upto)
    return stream_rows(tx, question, _ROWS_AT_ONCE)


def stream_without_leaf(tx: Tx) -> Generator[list[tuple[Any, ...]]]:
    """Give every entry that has no leaf: whether it waits, and the columns of `RawEntry`."""
    joined = entries.outerjoin(leaves, leaves.c.entry_id == entries.c.id).outerjoin(
        waiting, waiting.c.entry_id == entries.c.id
    )
    question = select(waiting.c.entry_id.is_not(None), *_raw(tx)).select_from(joined).where(leaves.c.number.is_(None))
    return stream_rows(tx, question.order_by(entries.c.id), _ROWS_AT_ONCE)


def wrongly_waiting(tx: Tx, limit: int) -> list[int]:
    """Return what waits though it has a leaf, or though there is no such entry."""
    joined = waiting.outerjoin(entries, entries.c.id == waiting.c.entry_id).outerjoin(
        leaves, leaves.c.entry_id == waiting.c.entry_id
    )
    wrong = entries.c.id.is_(None) | leaves.c.number.is_not(None)
    question = select(waiting.c.entry_id).select_from(joined).where(wrong).order_by(waiting.c.entry_id).limit(limit)
    return list(tx.execute(question).scalars())


def count_numbers(tx: Tx) -> tuple[int, int]:
    """Return how many entries there are, and the highest number of any."""
    count, last = tx.execute(select(func.count(), func.max(entries.c.id)).select_from(entries)).one()
    return int(count), int(last or 0)


def last_number(tx: Tx) -> int:
    """Return the highest number of any entry, 0 where there is none."""
    return int(tx.execute(select(func.max(entries.c.id))).scalar_one() or 0)


def unused_numbers(tx: Tx, limit: int) -> list[tuple[int, int]]:
    """Return the first runs of numbers that no entry has, each as its first and last."""
    before = func.lag(entries.c.id, 1, 0).over(order_by=entries.c.id)
    each = select(before.label("before"), entries.c.id).subquery()
    question = select(each).where(each.c.id > each.c.before + 1).order_by(each.c.id).limit(limit)
    return [(row.before + 1, row.id - 1) for row in tx.execute(question)]


def add_head(tx: Tx, size: int, note: str) -> None:
    """Keep a signed head."""
    tx.execute(insert(heads).values(size=size, note=note))


def latest_head(tx: Tx) -> tuple[int, str] | None:
    """Return the signed head of the largest size, as size and note."""
    row = tx.execute(select(heads).order_by(heads.c.size.desc(), heads.c.note.desc()).limit(1)).first()
    return None if row is None else (row.size, row.note)


def stream_heads(tx: Tx) -> Generator[tuple[Any, ...]]:
    """Give every signed head by its size, as size and note."""
    question = select(heads.c.size, heads.c.note).order_by(heads.c.size, heads.c.note)
    for rows in stream_rows(tx, question, _HEADS_AT_ONCE):
        yield from rows


def is_any_about(tx: Tx, verb: str, targets: Sequence[str]) -> bool:
    """Whether an entry with this verb is about any of these."""
    for part in in_parts(targets):
        question = select(entries.c.id).where(entries.c.target.in_(part), entries.c.verb == verb).limit(1)
        if tx.execute(question).first() is not None:
            return True
    return False


def is_any_but(tx: Tx, verb: str, *, from_leaf: int) -> bool:
    """Whether a leaf from this number on stands for an entry with another verb."""
    joined = leaves.join(entries, entries.c.id == leaves.c.entry_id)
    question = select(leaves.c.number).select_from(joined)
    return tx.execute(question.where(leaves.c.number >= from_leaf, entries.c.verb != verb).limit(1)).first() is not None


def find_leaves(tx: Tx, *, target: str | None = None, entry_id: int | None = None) -> list[tuple[int | None, RawEntry]]:
    """Return the entries about a target, or the one of a number, in their order, each with its leaf's number."""
    joined = entries.outerjoin(leaves, leaves.c.entry_id == entries.c.id)
    question = select(leaves.c.number, *_raw(tx)).select_from(joined).order_by(entries.c.id)
    asked = entries.c.id == entry_id if target is None else entries.c.target == target
    found = [row for rows in stream_rows(tx, question.where(asked), _ROWS_AT_ONCE) for row in rows]
    return [(number, RawEntry(*rest)) for number, *rest in found]
