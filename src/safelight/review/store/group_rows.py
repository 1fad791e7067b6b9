"""Groups of likes in the database."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, exists, func, insert, select, update

from safelight.database.erasing import overwrite_freed
from safelight.database.transaction import Tx
from safelight.review.likeness import Likeness, chunks_of
from safelight.review.store.tables import cases, chunks, groups, items


def add(tx: Tx, likeness: Likeness | None, now: datetime) -> int:
    """Add a group and return its number. One without a likeness is of equal bytes alone."""
    value = None if likeness is None else likeness.values[0]
    group_id = int(tx.execute(insert(groups).values(likeness=value, made_at=now).returning(groups.c.id)).scalar_one())
    if value is not None:
        tx.execute(insert(chunks), [{"chunk": chunk, "group_id": group_id} for chunk in chunks_of(value)])
    return group_id


def of_media(tx: Tx, media_key: bytes) -> int | None:
    """Return the group of the same bytes in a case that has not ended."""
    is_live = exists().where(cases.c.id == items.c.case_id, cases.c.closed_at.is_(None))
    question = select(items.c.group_id).where(items.c.media_key == media_key, items.c.group_id.is_not(None), is_live)
    found: int | None = tx.execute(question.order_by(items.c.id.desc()).limit(1)).scalar_one_or_none()
    return found


def candidates(tx: Tx, likeness: Likeness) -> list[tuple[int, bytes]]:
    """Return the groups, and their veiled values, that have a chunk in common with an orientation of a picture."""
    asked = sorted({chunk for value in likeness.values for chunk in chunks_of(value)})
    sharing = select(chunks.c.group_id).where(chunks.c.chunk.in_(asked))
    question = select(groups.c.id, groups.c.likeness).where(groups.c.id.in_(sharing), groups.c.likeness.is_not(None))
    return [(row.id, row.likeness) for row in tx.execute(question.order_by(groups.c.id))]


def page_items(tx: Tx, group_id: int, *, after_id: int, limit: int) -> list[int]:
    """Return the numbers of a group's items that are in cases that have not ended."""
    is_live = exists().where(cases.c.id == items.c.case_id, cases.c.closed_at.is_(None))
    question = select(items.c.id).where(items.c.group_id == group_id, items.c.id > after_id, is_live)
    return list(tx.execute(question.order_by(items.c.id).limit(limit)).scalars())


def count_items(tx: Tx, group_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return how many items of how many cases that have not ended are in each of these groups."""
    is_live = exists().where(cases.c.id == items.c.case_id, cases.c.closed_at.is_(None))
    counted = (func.count(), func.count(items.c.case_id.distinct()))
    question = select(items.c.group_id, *counted).where(items.c.group_id.in_(list(group_ids)), is_live)
    return {group: (number, of_cases) for group, number, of_cases in tx.execute(question.group_by(items.c.group_id))}


def forget_likenesses(tx: Tx) -> int:
    """Remove the veiled values of groups that are in no case any more that has not ended; return of how many."""
    overwrite_freed(tx)
    is_needed = (
        select(items.c.id)
        .join(cases, cases.c.id == items.c.case_id)
        .where(items.c.group_id == groups.c.id, cases.c.closed_at.is_(None))
        .exists()
    )
    old = list(tx.execute(select(groups.c.id).where(groups.c.likeness.is_not(None), ~is_needed).limit(1000)).scalars())
    if old:
        tx.execute(delete(chunks).where(chunks.c.group_id.in_(old)))
        tx.execute(update(groups).where(groups.c.id.in_(old)).values(likeness=None))
    return len(old)
