"""Entries in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, null, or_, select, tuple_, update

from safelight.banks.entry import Entry, EntryKey, Provenance, StagedRow
from safelight.banks.store.tables import banks, batches, counts, entries, is_published
from safelight.database.bulk import insert_rows
from safelight.database.parts import in_parts
from safelight.database.transaction import Tx
from safelight.errors import NotFound
from safelight.roles import Actor, ActorKind

_FROM_ROW = ("bank_id", "batch_id", *StagedRow._fields)


def insert_entries(tx: Tx, bank_id: int, batch_id: int, rows: Sequence[StagedRow]) -> None:
    """Add entries to a batch."""
    insert_rows(tx, entries, _FROM_ROW, [(bank_id, batch_id, *row) for row in rows])


def current_rows(tx: Tx, bank_id: int, identities: Sequence[bytes]) -> dict[bytes, Any]:
    """Return what the bank holds under these identities now: id, value, label, label_scheme and note of each."""
    columns = entries.c
    question = select(columns.identity, columns.id, columns.value, columns.label, columns.label_scheme, columns.note)
    question = question.where(columns.bank_id == bank_id, counts())
    parts = (tx.execute(question.where(columns.identity.in_(part))) for part in in_parts(identities))
    return {row.identity: row for rows in parts for row in rows}


def withdrawn_values(tx: Tx, bank_id: int, identities: Sequence[bytes]) -> set[tuple[bytes, bytes]]:
    """Return the identities and values, of these identities, that were withdrawn and not added again since."""
    later = entries.alias()
    again = (later.c.bank_id == bank_id) & (later.c.identity == entries.c.identity) & (later.c.id > entries.c.id)
    again &= (later.c.value == entries.c.value) & is_published(later.c.batch_id)
    tombstone = (
        (entries.c.bank_id == bank_id) & entries.c.withdrawn_at.is_not(None) & ~select(later.c.id).where(again).exists()
    )
    question = select(entries.c.identity, entries.c.value).where(tombstone, is_published(entries.c.batch_id))
    parts = (tx.execute(question.where(entries.c.identity.in_(part))) for part in in_parts(identities))
    return {(row.identity, row.value) for rows in parts for row in rows}


def any_between(tx: Tx, bank_id: int, first: bytes, last: bytes) -> bool:
    """Whether the bank has a row of any kind between two identities."""
    between = (entries.c.bank_id == bank_id) & entries.c.identity.between(first, last)
    return tx.execute(select(entries.c.id).where(between).limit(1)).first() is not None


def holds_any(tx: Tx, bank_id: int) -> bool:
    """Whether the bank holds an entry."""
    return tx.execute(select(entries.c.id).where(entries.c.bank_id == bank_id, counts()).limit(1)).first() is not None


def bank_of(tx: Tx, entry_id: int) -> int:
    """Return the bank of an entry, whatever became of the entry. Raises `NotFound` if it was never published."""
    question = select(entries.c.bank_id).where(entries.c.id == entry_id, is_published(entries.c.batch_id))
    bank_id = tx.execute(question).scalar()
    if bank_id is None:
        raise NotFound(f"No bank holds an entry {entry_id}.")
    return int(bank_id)


def require_held(tx: Tx, entry_id: int) -> str:
    """Return the signal type of an entry that a bank holds. Raises `NotFound`."""
    return str(_current(tx, entry_id).signal_type)


def supersede(tx: Tx, batch_id: int, ids: Sequence[int]) -> dict[int, tuple[bool, datetime | None]]:
    """Let a batch replace entries once it is published; return how each of them is switched off at present.

    Those that were withdrawn meanwhile are left as they are, and out of the answer.
    """
    statement = update(entries).where(entries.c.withdrawn_at.is_(None)).values(superseded_by=batch_id)
    statement = statement.returning(entries.c.id, entries.c.is_disabled, entries.c.disabled_until)
    parts = (tx.execute(statement.where(entries.c.id.in_(part))) for part in in_parts(ids))
    return {row.id: (row.is_disabled, row.disabled_until) for rows in parts for row in rows}


def switch_entry(tx: Tx, entry_id: int, *, is_disabled: bool, until: datetime | None) -> None:
    """Switch an entry on or off. An equal one that is staged to replace it goes along.

    Raises `NotFound` when no bank holds the entry.
    """
    row = _current(tx, entry_id)
    statement = update(entries).where(or_(entries.c.id == entry_id, _is_heir(row)))
    tx.execute(statement.values(is_disabled=is_disabled, disabled_until=until))


def withdraw_entry(tx: Tx, entry_id: int, now: datetime) -> None:
    """Take an entry out of its bank, leaving its tombstone.

    An equal one that is staged to replace it goes along. Raises `NotFound`.
    """
    row = _current(tx, entry_id)
    tx.execute(update(entries).where(or_(entries.c.id == entry_id, _is_heir(row))).values(withdrawn_at=now))


def _is_heir(row: Row[Any]) -> ColumnElement[bool]:
    """Whether an entry is staged to replace this one, and equal in value."""
    is_staged_for_it = (entries.c.batch_id == row.superseded_by) & (entries.c.bank_id == row.bank_id)
    return and_(is_staged_for_it, entries.c.identity == row.identity, entries.c.value == row.value)


def _current(tx: Tx, entry_id: int) -> Row[Any]:
    question = select(entries).where(entries.c.id == entry_id, counts()).with_for_update(of=entries, key_share=True)
    row = tx.execute(question.join(banks).where(banks.c.deleted_at.is_(None))).first()
    if row is None:
        raise NotFound(f"No bank holds an entry {entry_id}.")
    return row


def clear_batch(tx: Tx, batch_id: int, limit: int) -> int:
    """Delete up to `limit` rows of an abandoned batch and undo as many of its marks; return how many were touched."""
    mine = select(entries.c.id).where(entries.c.batch_id == batch_id).order_by(entries.c.id).limit(limit)
    deleted = tx.execute(delete(entries).where(entries.c.id.in_(mine))).rowcount
    marked = select(entries.c.id).where(entries.c.superseded_by == batch_id).order_by(entries.c.id).limit(limit)
    unmarked = tx.execute(update(entries).where(entries.c.id.in_(marked)).values(superseded_by=null())).rowcount
    return int(deleted + unmarked)


def count_entries(tx: Tx, bank_id: int) -> dict[str, int]:
    """Return how many entries of each signal type the bank holds."""
    question = select(entries.c.signal_type, func.count()).where(entries.c.bank_id == bank_id, counts())
    return {row[0]: row[1] for row in tx.execute(question.group_by(entries.c.signal_type))}


def page_entries(tx: Tx, bank_id: int, *, after_id: int, limit: int, signal_type: str | None) -> list[Entry]:
    """Return entries of a bank by signal type, then number, after the one numbered."""
    place = (entries.c.signal_type, entries.c.id)
    question = _entries().where(entries.c.bank_id == bank_id, counts()).order_by(*place).limit(limit)
    if signal_type is not None:
        question = question.where(entries.c.signal_type == signal_type)
    if after_id:
        before = tx.execute(select(*place).where(entries.c.id == after_id)).first()
        if before is None:
            raise NotFound(f"There is no entry {after_id} to go on from.")
        question = question.where(tuple_(*place) > tuple_(*before))
    return [_entry(row) for row in tx.execute(question)]


def entries_by_id(tx: Tx, ids: Sequence[int]) -> list[Entry]:
    """Return those of these entries that a bank holds."""
    return _found(tx, _entries().where(counts()), ids)


def published_entries(tx: Tx, ids: Sequence[int]) -> list[Entry]:
    """Return those of these entries that a bank ever held."""
    return _found(tx, _entries().where(batches.c.published_at.is_not(None)), ids)


def _found(tx: Tx, question: Select[Any], ids: Sequence[int]) -> list[Entry]:
    parts = (tx.execute(question.where(entries.c.id.in_(part))) for part in in_parts(ids))
    return [_entry(row) for rows in parts for row in rows]


def _entries() -> Select[Any]:
    columns = (batches.c.origin, batches.c.format, batches.c.published_at, batches.c.actor_kind, batches.c.actor_name)
    return select(entries, *columns).join(batches, entries.c.batch_id == batches.c.id)


def _entry(row: Row[Any]) -> Entry:
    key = None
    if row.key_entry_id is not None:
        key = EntryKey(
            source=row.key_source,
            environment=row.key_environment,
            issuer=row.key_issuer,
            entry_id=row.key_entry_id,
        )
    return Entry(
        id=row.id,
        bank_id=row.bank_id,
        signal_type=row.signal_type,
        value=row.value,
        label=row.label,
        label_scheme=row.label_scheme,
        key=key,
        note=row.note,
        provenance=Provenance(
            origin=row.origin,
            format=row.format,
            line=row.line,
            added_at=row.published_at,
            added_by=Actor(kind=ActorKind(row.actor_kind), name=row.actor_name),
        ),
        disabled=row.is_disabled,
        disabled_until=row.disabled_until,
    )
