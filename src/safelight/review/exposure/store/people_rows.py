"""Rows of people: their own limits, and what they opted out of."""

from collections.abc import Collection, Sequence
from datetime import time
from typing import Any

from sqlalchemy import (
    Row,
    delete,
    insert,
    select,
    update,
)

from safelight.database.transaction import Tx
from safelight.database.upsert import insert_into
from safelight.review.exposure.limits import Hours, OwnLimits
from safelight.review.exposure.store.tables import opt_outs, people

_NUMBERS = (
    "minutes_per_day",
    "large_minutes_per_day",
    "original_minutes_per_day",
    "break_after_minutes",
    "break_minutes",
    "days_in_a_row",
    "cap_seconds",
)


def lock_person(tx: Tx, person_id: int) -> OwnLimits:
    """Return a person's own limits, and let nobody else's reveal for them go on until the transaction ends."""
    tx.execute(insert_into(tx, people).values(person_id=person_id).on_conflict_do_nothing())
    return _own(tx.execute(select(people).where(people.c.person_id == person_id).with_for_update()).one())


def own_limits(tx: Tx, person_id: int) -> OwnLimits:
    """Return a person's own limits."""
    row = tx.execute(select(people).where(people.c.person_id == person_id)).one_or_none()
    return OwnLimits() if row is None else _own(row)


def set_own_limits(tx: Tx, person_id: int, own: OwnLimits) -> None:
    """Set the limits of a person whose row is locked."""
    values: dict[str, Any] = {name: getattr(own, name) for name in _NUMBERS}
    values |= {"time_zone": own.time_zone, "hours_from": None, "hours_until": None}
    if own.hours is not None:
        values |= {"hours_from": f"{own.hours.from_:%H:%M}", "hours_until": f"{own.hours.until:%H:%M}"}
    tx.execute(update(people).where(people.c.person_id == person_id).values(values))


def opted_out(tx: Tx, person_id: int) -> frozenset[str]:
    """Return the categories that a person opted out of."""
    return frozenset(tx.execute(select(opt_outs.c.category).where(opt_outs.c.person_id == person_id)).scalars())


def everybodys_opt_outs(tx: Tx) -> dict[int, frozenset[str]]:
    """Return the categories of everybody who opted out of any."""
    found: dict[int, set[str]] = {}
    for person_id, category in tx.execute(select(opt_outs.c.person_id, opt_outs.c.category)):
        found.setdefault(person_id, set()).add(category)
    return {person_id: frozenset(categories) for person_id, categories in found.items()}


def set_opted_out(tx: Tx, person_id: int, category: str, *, is_out: bool) -> None:
    """Let a person be out of a category, or in it again."""
    this = (opt_outs.c.person_id == person_id, opt_outs.c.category == category)
    tx.execute(delete(opt_outs).where(*this))
    if is_out:
        tx.execute(insert(opt_outs).values(person_id=person_id, category=category))


def remove_people(tx: Tx, kept_ids: Collection[int]) -> int:
    """Remove the limits and opt-outs of everybody but these; return how many people that were."""
    rows = tx.execute(select(people.c.person_id).union(select(opt_outs.c.person_id))).scalars()
    gone: Sequence[int] = sorted(set(rows) - set(kept_ids))
    for person_id in gone:
        tx.execute(delete(people).where(people.c.person_id == person_id))
        tx.execute(delete(opt_outs).where(opt_outs.c.person_id == person_id))
    return len(gone)


def _own(row: Row[Any]) -> OwnLimits:
    hours = None
    if row.hours_from is not None:
        hours = Hours(from_=time.fromisoformat(row.hours_from), until=time.fromisoformat(row.hours_until))
    return OwnLimits(**{name: getattr(row, name) for name in _NUMBERS}, hours=hours, time_zone=row.time_zone)
