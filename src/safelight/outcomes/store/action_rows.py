"""Rows of actions."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import RowMapping, select, update

from safelight.database.erasing import overwrite_freed
from safelight.database.transaction import Tx
from safelight.database.upsert import insert_into
from safelight.intake.media import Answer
from safelight.outcomes.action import Action, ActionKind, NewAction
from safelight.outcomes.store.tables import actions

_SHOWN = [each for each in actions.c if each.name != "same_key"]


def add(tx: Tx, new: NewAction, *, case_id: int | None, same_key: bytes, now: datetime) -> int | None:
    """Add an action and return its number; None where the same one is there, waiting for who adds it now."""
    values = {"kind": new.kind.value, "acted_at": new.acted_at, "user_told": new.user_told.value, "case_id": case_id}
    about = {"subject_id": new.subject_id, "content_id": new.content_id, "same_key": same_key}
    statement = insert_into(tx, actions).values(recorded_at=now, **values, **about)
    statement = statement.on_conflict_do_nothing(index_elements=[actions.c.same_key])
    number: int | None = tx.execute(statement.returning(actions.c.id)).scalar_one_or_none()
    return number


def lock_same(tx: Tx, same_key: bytes) -> Action:
    """Return the action of this key, which there is, locked until the transaction ends."""
    asked = select(*_SHOWN).where(actions.c.same_key == same_key).with_for_update()
    return _action(tx.execute(asked).mappings().one())


def find(tx: Tx, action_id: int) -> Action | None:
    """Return an action."""
    row = tx.execute(select(*_SHOWN).where(actions.c.id == action_id)).mappings().one_or_none()
    return None if row is None else _action(row)


def put_told(tx: Tx, action_id: int, user_told: Answer) -> None:
    """Write down whether the user was told."""
    tx.execute(update(actions).where(actions.c.id == action_id).values(user_told=user_told.value))


def page(tx: Tx, *, case_id: int | None, after_id: int, limit: int) -> list[Action]:
    """Return up to `limit` actions whose number follows, in their order."""
    asked = select(*_SHOWN).where(actions.c.id > after_id).order_by(actions.c.id).limit(limit)
    if case_id is not None:
        asked = asked.where(actions.c.case_id == case_id)
    return [_action(row) for row in tx.execute(asked).mappings()]


def each_acted(tx: Tx, since: datetime, until: datetime) -> Iterator[Action]:
    """Give the actions of a time, in the order of their numbers."""
    asked = select(*_SHOWN).where(actions.c.acted_at >= since, actions.c.acted_at < until).order_by(actions.c.id)
    for row in tx.execute(asked).mappings():
        yield _action(row)


def erase(tx: Tx, before: datetime) -> int:
    """Erase what actions that were written down before a moment are about, and return how many those are."""
    overwrite_freed(tx)
    old = (actions.c.recorded_at < before, actions.c.same_key.is_not(None))
    gone = {"subject_id": "", "content_id": "", "same_key": None}
    return tx.execute(update(actions).where(*old).values(gone)).rowcount


def _action(row: RowMapping) -> Action:
    return Action(**{**row, "kind": ActionKind(row["kind"]), "user_told": Answer(row["user_told"])})
