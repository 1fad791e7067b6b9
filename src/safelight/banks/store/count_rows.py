"""How many media each entry matched in each hour."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, and_, delete, func, select, tuple_

from safelight.banks.store.tables import banks, batches, counts, entries, hourly_counts
from safelight.database.parts import in_parts
from safelight.database.transaction import Tx
from safelight.database.upsert import add_to_rows

_MOST_FORGOTTEN = 5_000  # rows in one go, so that no transaction grows long; the next goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRow:
    """How many media an entry matched in the hours looked at, and when it first came into its bank."""

    media: int
    since: datetime


def current_heirs(tx: Tx, ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return for each entry the one that stands for it now, and its bank: itself, or its heir of the same value.

    Entries that no bank holds any more are left out.
    """
    asked = entries.alias()
    question = select(asked.c.id, entries.c.id, entries.c.bank_id).join(entries, _is_same(asked, entries))
    question = question.join(banks, banks.c.id == entries.c.bank_id).where(banks.c.deleted_at.is_(None), counts())
    parts = (tx.execute(question.where(asked.c.id.in_(part))) for part in in_parts(list(ids)))
    return {asked_id: (entry_id, bank_id) for rows in parts for asked_id, entry_id, bank_id in rows}


def add_counts(tx: Tx, hour: datetime, media: Mapping[int, int]) -> dict[int, int]:
    """Add to the counts of an hour; return what they are then."""
    rows = [{"entry_id": entry_id, "hour": hour, "media": media[entry_id]} for entry_id in sorted(media)]
    return {row.entry_id: row.media for row in add_to_rows(tx, hourly_counts, "media", rows)}


def past_of(tx: Tx, ids: Collection[int], *, since: datetime, until: datetime) -> dict[int, PastRow]:
    """Return the past of entries, with that of the equal ones that they replaced."""
    line = entries.alias()
    in_time = (hourly_counts.c.hour >= since) & (hourly_counts.c.hour < until)
    media = func.coalesce(func.sum(hourly_counts.c.media), 0)
    question = select(entries.c.id, media, func.min(batches.c.published_at)).join(line, _is_same(entries, line))
    question = question.join(batches, batches.c.id == line.c.batch_id).where(batches.c.published_at.is_not(None))
    question = question.outerjoin(hourly_counts, and_(hourly_counts.c.entry_id == line.c.id, in_time))
    parts = (tx.execute(question.where(entries.c.id.in_(part)).group_by(entries.c.id)) for part in in_parts(list(ids)))
    return {entry_id: PastRow(media=int(total), since=first) for rows in parts for entry_id, total, first in rows}


def busiest_hour(tx: Tx, entry_id: int, since: datetime) -> int:
    """Return the most media that an entry, or an equal one that it replaced, matched in one hour since a moment."""
    line = entries.alias()
    question = select(func.max(hourly_counts.c.media)).join(line, line.c.id == hourly_counts.c.entry_id)
    question = question.join(entries, _is_same(entries, line)).where(entries.c.id == entry_id)
    return int(tx.execute(question.where(hourly_counts.c.hour >= since)).scalar() or 0)


def forget_before(tx: Tx, hour: datetime) -> None:
    """Delete some of the counts of earlier hours; what another transaction deletes at this moment is left to it."""
    key = (hourly_counts.c.entry_id, hourly_counts.c.hour)
    old = select(*key).where(hourly_counts.c.hour < hour).order_by(hourly_counts.c.hour)
    old = old.limit(_MOST_FORGOTTEN).with_for_update(skip_locked=True)
    tx.execute(delete(hourly_counts).where(tuple_(*key).in_(old)))


def _is_same(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    """Say whether two rows are one entry, which lists brought again and again."""
    is_same = (one.c.bank_id == other.c.bank_id) & (one.c.identity == other.c.identity)
    return and_(is_same, one.c.value == other.c.value)
