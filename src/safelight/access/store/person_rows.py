"""Persons in the database."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from safelight.access.names import name_key
from safelight.access.person import Person
from safelight.access.store.tables import persons
from safelight.database.transaction import Tx


def add(tx: Tx, *, name: str, role_names: Collection[str], at: datetime) -> int:
    """Add a person and return their number. The caller has seen that the name is free."""
    values = {"name": name, "name_key": name_key(name), "role_names": _written(role_names), "added_at": at}
    return int(tx.execute(insert(persons).values(values).returning(persons.c.id)).scalar_one())


def find(tx: Tx, name: str) -> Person | None:
    """Return the person of a name."""
    row = tx.execute(select(persons).where(persons.c.name_key == name_key(name))).one_or_none()
    return None if row is None else _person(row)


def all_persons(tx: Tx) -> list[Person]:
    """Return everybody whose name is still kept, by name."""
    question = select(persons).where(persons.c.name.is_not(None)).order_by(persons.c.name_key)
    return [_person(row) for row in tx.execute(question)]


def set_roles(tx: Tx, person_id: int, role_names: Collection[str]) -> None:
    """Give a person these roles, in the place of those that they have."""
    tx.execute(update(persons).where(persons.c.id == person_id).values(role_names=_written(role_names)))


def set_disabled(tx: Tx, person_id: int, at: datetime | None) -> None:
    """Disable a person, or with None let them work again."""
    tx.execute(update(persons).where(persons.c.id == person_id).values(disabled_at=at))


def erase_disabled(tx: Tx, before: datetime) -> int:
    """Erase the names and roles of those who were disabled before a moment; return of how many."""
    old = (persons.c.disabled_at < before) & persons.c.name.is_not(None)
    values = {"name": None, "name_key": None, "role_names": _written(())}
    return tx.execute(update(persons).where(old).values(values)).rowcount


def _written(role_names: Collection[str]) -> str:
    return json.dumps(sorted(role_names))


def lock(tx: Tx, person_id: int) -> Person | None:
    """Return a person who is still named, and let others who do so wait for the end of this transaction."""
    question = select(persons).where(persons.c.id == person_id, persons.c.name.is_not(None))
    row = tx.execute(question.with_for_update()).one_or_none()
    return None if row is None else _person(row)


def erased_ids(tx: Tx, before: datetime) -> list[int]:
    """Return the numbers of those whose names `erase_disabled` would erase."""
    old = (persons.c.disabled_at < before) & persons.c.name.is_not(None)
    return list(tx.execute(select(persons.c.id).where(old)).scalars())


def person_in(person_id: int, name: str, role_names: str, added_at: datetime, disabled_at: datetime | None) -> Person:
    """Return the person whose columns these are."""
    held: Sequence[str] = json.loads(role_names)
    return Person(id=person_id, name=name, role_names=tuple(held), added_at=added_at, disabled_at=disabled_at)


def _person(row: Row[Any]) -> Person:
    return person_in(row.id, row.name, row.role_names, row.added_at, row.disabled_at)
