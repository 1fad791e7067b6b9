"""The tables of what was recently seen."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)

from safelight.database.bulk import insert_rows, stream_rows
from safelight.database.moment import Moment
from safelight.database.parts import in_parts
from safelight.database.schema import METADATA, RowId
from safelight.database.transaction import Tx
from safelight.database.upsert import insert_into
from safelight.matching.match import MatchKind
from safelight.recent.mark import Mark, Stage
from safelight.recent.policies import read_policies
from safelight.recent.seen import NewSeen, SeenRow, SeenState, SeenTotals

# As text with its value in it: SQLite uses such an index only where a question says the very same.
_IS_BEHIND = text("state = 'behind'")
_IS_NEAR = text("state = 'near'")

media = Table(
    "recent_media",
    METADATA,
    # Numbered by the mark, in the order of commits, and never again with a number that was once given.
    Column("id", RowId, primary_key=True, autoincrement=False),
    Column("seen_at", Moment, nullable=False, index=True),
    Column("state", String(10), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("counted", Text),  # entries that it was counted for, as JSON; NULL for none
    Index("ix_recent_media_behind", "id", sqlite_where=_IS_BEHIND, postgresql_where=_IS_BEHIND),
    Index("ix_recent_media_near", "id", sqlite_where=_IS_NEAR, postgresql_where=_IS_NEAR),
)
"""Media that matched nothing, sealed."""

marks = Table(
    "recent_mark",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("last_id", BigInteger, nullable=False),
    Column("checkpoint", BigInteger, nullable=False),
    Column("target", BigInteger, nullable=False),
    Column("checked_at", Moment, nullable=False),
    Column("check_until", Moment, nullable=False),
    Column("stage", String(10), nullable=False),
    Column("cursor", BigInteger, nullable=False),
    Column("until_id", BigInteger, nullable=False),
    Column("needs", BigInteger, nullable=False),
    Column("policies", Text),
    Column("widened", Text, nullable=False),
    Column("media", BigInteger, nullable=False),  # how many are kept: to count rows takes too long for a figure
    Column("exact_matches", BigInteger, nullable=False),
    Column("near_matches", BigInteger, nullable=False),
)
"""One row, from the first time that anything is kept."""

_THE_ONE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """The numbers that rows get, and what those know by which others were held against."""

    first_id: int
    target: int
    check_until: datetime


def add_mark(tx: Tx, *, checkpoint: int, checked_at: datetime) -> None:
    """Add the mark, unless it is there."""
    places = {"last_id": 0, "checkpoint": checkpoint, "target": checkpoint, "cursor": 0, "until_id": 0, "needs": 0}
    times = {"checked_at": checked_at, "check_until": checked_at}
    rest = {"stage": Stage.IDLE.value, "widened": "[]", "media": 0, "exact_matches": 0, "near_matches": 0}
    statement = insert_into(tx, marks).values(id=_THE_ONE, **places, **times, **rest)
    tx.execute(statement.on_conflict_do_nothing(index_elements=["id"]))


def give_numbers(tx: Tx, count: int) -> _Given | None:
    """Take the next numbers, and lock the mark until the transaction ends; None where there is no mark."""
    raised = update(marks).values(last_id=marks.c.last_id + count, media=marks.c.media + count)
    row = tx.execute(raised.returning(marks.c.last_id, marks.c.target, marks.c.check_until)).one_or_none()
    if row is None:
        return None
    return _Given(first_id=row.last_id - count + 1, target=row.target, check_until=row.check_until)


def add_media(tx: Tx, rows: Sequence[tuple[int, SeenState, NewSeen]]) -> None:
    """Add what was seen under its numbers."""
    told = [(number, _moment_text(new.seen_at), state.value, new.sealed) for number, state, new in rows]
    insert_rows(tx, media, ("id", "seen_at", "state", "sealed"), told)


def find_mark(tx: Tx, *, locks: bool = False) -> Mark | None:
    """Return the mark, locked until the transaction ends if asked; None where nothing was ever kept."""
    question = select(marks).with_for_update() if locks else select(marks)
    row = tx.execute(question).one_or_none()
    return None if row is None else _mark(row)


def change_mark(tx: Tx, **values: Any) -> None:
    """Change the mark."""
    tx.execute(update(marks).values(values))


def count_gone(tx: Tx, media: int, matched: MatchKind | None = None) -> None:
    """Count what is kept no longer and, of one that went because it matched, how."""
    values: dict[Any, Any] = {marks.c.media: marks.c.media - media}
    if matched is not None:
        counted = marks.c.exact_matches if matched is MatchKind.EXACT else marks.c.near_matches
        values[counted] = counted + 1
    tx.execute(update(marks).values(values))


def page_sealed(tx: Tx, *, after_id: int, until_id: int, limit: int) -> list[tuple[int, bytes]]:
    """Return what is kept between two numbers, by number."""
    between = (media.c.id > after_id, media.c.id <= until_id)
    question = select(media.c.id, media.c.sealed).where(*between).order_by(media.c.id).limit(limit)
    return [(media_id, sealed) for rows in stream_rows(tx, question, limit) for media_id, sealed in rows]


def page_near(tx: Tx, *, after_id: int, limit: int) -> list[SeenRow]:
    """Return what is to be judged, by number."""
    question = select(media.c.id, media.c.sealed, media.c.counted).where(_IS_NEAR, media.c.id > after_id)
    return [_row(row) for row in tx.execute(question.order_by(media.c.id).limit(limit))]


def has_behind(tx: Tx) -> bool:
    """Whether anything is behind."""
    return tx.execute(select(media.c.id).where(_IS_BEHIND).limit(1)).first() is not None


def has_any(tx: Tx) -> bool:
    """Whether anything is kept."""
    return tx.execute(select(media.c.id).limit(1)).first() is not None


def judge_behind(tx: Tx) -> None:
    """Let all that is behind be judged."""
    tx.execute(update(media).where(_IS_BEHIND).values(state=SeenState.NEAR.value))


def set_state(tx: Tx, ids: Collection[int], state: SeenState) -> None:
    """Say what is to be done with media."""
    for part in in_parts(sorted(ids)):
        tx.execute(update(media).where(media.c.id.in_(part)).values(state=state.value))


def set_counted(tx: Tx, counted: Mapping[int, Collection[int]]) -> None:
    """Say for which entries media was counted."""
    statement = update(media).where(media.c.id == bindparam("of")).values(counted=bindparam("entries"))
    rows = [{"of": media_id, "entries": json.dumps(sorted(entries))} for media_id, entries in sorted(counted.items())]
    if rows:
        tx.execute(statement, rows)


def take_near(tx: Tx, media_id: int) -> bool:
    """Delete media that is to be judged; False where it is gone, or was judged by another."""
    gone = delete(media).where(media.c.id == media_id, _IS_NEAR).returning(media.c.id)
    return tx.execute(gone).first() is not None


def forget(tx: Tx, before: datetime | None, limit: int) -> int:
    """Delete some of what was seen before a moment (None: of all), the oldest first; return how many those were."""
    old = select(media.c.id).order_by(media.c.seen_at).limit(limit)
    if before is not None:
        old = old.where(media.c.seen_at < before)
    return tx.execute(delete(media).where(media.c.id.in_(old))).rowcount


def totals(tx: Tx) -> SeenTotals:
    """Return how much is kept, since when, and what matched later."""
    row = tx.execute(select(marks.c.media, marks.c.exact_matches, marks.c.near_matches)).one_or_none()
    media_count, exact, near = (0, 0, 0) if row is None else row
    oldest_at = tx.execute(select(func.min(media.c.seen_at))).scalar_one()
    return SeenTotals(media=media_count, oldest_at=oldest_at, exact_matches=exact, near_matches=near)


def _row(row: Any) -> SeenRow:
    counted = frozenset(json.loads(row.counted)) if row.counted else frozenset[int]()
    return SeenRow(id=row.id, sealed=row.sealed, counted=counted)


def _mark(row: Row[Any]) -> Mark:
    return Mark(
        last_id=row.last_id,
        checkpoint=row.checkpoint,
        target=row.target,
        checked_at=row.checked_at,
        check_until=row.check_until,
        stage=Stage(row.stage),
        cursor=row.cursor,
        until_id=row.until_id,
        needs=row.needs,
        policies=None if row.policies is None else read_policies(row.policies),
        widened=frozenset(json.loads(row.widened)),
    )


def _moment_text(moment: datetime) -> str:
    """Return the text that both databases read as this moment, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
