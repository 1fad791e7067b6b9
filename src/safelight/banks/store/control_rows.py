"""Controls of entries in the database: only an exceptional entry has a row."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, delete, insert, select

from safelight.banks.control import EntryControl, Opinion
from safelight.banks.store.tables import banks, controls, counts, entries
from safelight.database.parts import in_parts
from safelight.database.text import storable_text
from safelight.database.transaction import Tx
from safelight.roles import Actor, ActorKind


def find_controls(tx: Tx, ids: Collection[int]) -> dict[int, EntryControl]:
    """Return the controls of these entries, whatever became of them; those without any are left out."""
    question = select(controls, entries.c.bank_id).join(entries, entries.c.id == controls.c.entry_id)
    parts = (tx.execute(question.where(controls.c.entry_id.in_(part))) for part in in_parts(list(ids)))
    return {row.entry_id: _control(row) for rows in parts for row in rows}


def all_controls(tx: Tx) -> dict[int, EntryControl]:
    """Return the controls of every entry that a bank holds, by the entry's number."""
    return find_controls(tx, _held(tx, _controlled(tx)))


def put_control(tx: Tx, control: EntryControl) -> None:
    """Set an entry's controls in place of those that may be there. The caller holds the lock of its bank."""
    tx.execute(delete(controls).where(controls.c.entry_id == control.entry_id))
    if control.is_exceptional:
        tx.execute(insert(controls).values(_values(control)))


def hand_down(tx: Tx, batch_id: int) -> None:
    """Give the entries of a batch the controls of those that they replace, where their value is the same.

    The caller holds the lock of the bank, so that nothing is set meanwhile that would be left behind.
    """
    heirs = entries.alias()
    is_heir = (heirs.c.bank_id == entries.c.bank_id) & (heirs.c.identity == entries.c.identity)
    is_heir &= (heirs.c.value == entries.c.value) & (heirs.c.batch_id + 0 == batch_id)  # `+ 0`: as in _held
    question = select(entries.c.id, heirs.c.id).join(heirs, is_heir).where(entries.c.superseded_by + 0 == batch_id)
    pairs = [pair for part in in_parts(_controlled(tx)) for pair in tx.execute(question.where(entries.c.id.in_(part)))]
    handed = find_controls(tx, [old for old, _ in pairs])
    if pairs:
        tx.execute(insert(controls), [_values(replace(handed[old], entry_id=heir)) for old, heir in pairs])


def _controlled(tx: Tx) -> list[int]:
    return list(tx.execute(select(controls.c.entry_id).order_by(controls.c.entry_id)).scalars())


def _held(tx: Tx, ids: list[int]) -> list[int]:
    """Return which of these entries a bank holds.

    Asked by number, and not in one question with the controls: a database that knows no better may begin with the
    entries or their batches, which are millions where controls are few.
    """
    question = select(entries.c.id).join(banks, banks.c.id == entries.c.bank_id)
    question = question.where(banks.c.deleted_at.is_(None), counts()).order_by(entries.c.id)
    return [
        entry_id for part in in_parts(ids) for entry_id in tx.execute(question.where(entries.c.id.in_(part))).scalars()
    ]


def _values(control: EntryControl) -> dict[str, Any]:
    by = control.opinion_by
    return {
        "entry_id": control.entry_id,
        "threshold": control.threshold,
        "opinion": control.opinion,
        "opinion_by_kind": by and by.kind,
        "opinion_by_name": by and storable_text(by.name),
        "opinion_at": control.opinion_at,
        "opinion_reason": storable_text(control.opinion_reason),
        "quarantined_at": control.quarantined_at,
        "quarantine_reason": storable_text(control.quarantine_reason),
        "released_at": control.released_at,
        "released_count": control.released_count,
    }


def _control(row: Row[Any]) -> EntryControl:
    by = None
    if row.opinion_by_kind is not None:
        by = Actor(kind=ActorKind(row.opinion_by_kind), name=row.opinion_by_name)
    return EntryControl(
        entry_id=row.entry_id,
        bank_id=row.bank_id,
        threshold=row.threshold,
        opinion=None if row.opinion is None else Opinion(row.opinion),
        opinion_by=by,
        opinion_at=row.opinion_at,
        opinion_reason=row.opinion_reason,
        quarantined_at=row.quarantined_at,
        quarantine_reason=row.quarantine_reason,
        released_at=row.released_at,
        released_count=row.released_count,
    )
