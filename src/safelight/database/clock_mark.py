"""The latest moment that any step has seen, and how far the clock is believed.

A clock that was set back would let a hold seem to last longer than it does and would write a past that never was; one
that was set forward would let holds end early. So a clock behind what was seen is refused by every step of evidence,
and one far ahead of what is believed is refused by everything that destroys.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Integer, Table, select, update

from safelight.clock import Clock
from safelight.database.moment import Moment
from safelight.database.schema import METADATA
from safelight.database.transaction import Tx
from safelight.database.upsert import insert_into
from safelight.errors import ClockWrong

TOLERANCE = timedelta(minutes=5)
"""By how much clocks of several machines may differ."""

MOST_JUMP = timedelta(days=30)
"""By how much the clock may be ahead of what is believed before nothing is destroyed any more, unless it is set."""

_EVERY = timedelta(minutes=1)
"""The mark is moved at most so often: steps that run at once must not write the same row again and again."""

_BELIEVED_STEP = timedelta(days=1)
"""Steps that lie no further apart carry the belief along; after a longer pause it takes `require_plausible`."""

_ONLY = 1

clock_mark = Table(
    "clock_mark",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seen_at", Moment, nullable=False),
    Column("believed_at", Moment, nullable=False),
)
"""One row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """`seen_at` is the latest moment of any step, `believed_at` the latest that no great jump led to."""

    seen_at: datetime
    believed_at: datetime


def see(tx: Tx, clock: Clock) -> datetime:
    """Return the present moment, in UTC, and remember it. Call it in the step's own write transaction.

    Raises `ClockWrong` where the clock stands more than `TOLERANCE` before a moment that was seen already.
    """
    now = clock.now()
    mark = _mark(tx, now)
    if now < mark.seen_at - TOLERANCE:
        raise ClockWrong(
            f"The clock was set back by {_told(mark.seen_at - now)}: it says {_written(now)}, and "
            f"{_written(mark.seen_at)} was seen already. Nothing was done. Set the clock right; if it is right and was "
            "wrong before, a person says so with `safelight hold accept-clock --reason …`."
        )
    if now - mark.seen_at >= _EVERY:
        _move(tx, now, believed_at=now if now - mark.believed_at <= _BELIEVED_STEP else None)
    return now


def latest_seen(tx: Tx, clock: Clock) -> datetime:
    """Return the present moment, or the latest that was seen where the clock was set back: nothing is refused for it.

    For what must be told whatever the clock says. Writes nothing.
    """
    seen_at: datetime | None = tx.execute(select(clock_mark.c.seen_at).where(clock_mark.c.id == _ONLY)).scalar()
    now = clock.now()
    return now if seen_at is None else max(now, seen_at)


def see_latest(tx: Tx, clock: Clock) -> datetime:
    """Return what `latest_seen` does, and remember it as `see` does."""
    latest = latest_seen(tx, clock)
    return see(tx, clock) if latest <= clock.now() else latest


def require_plausible(tx: Tx, clock: Clock, most: timedelta = MOST_JUMP) -> datetime:
    """Return the present moment if it is no more than `most` beyond what is believed, and believe it from now on.

    Raises `ClockWrong`, also where the clock was set back. What destroys asks this first: a clock that was set forward
    by a slip must not end holds.
    """
    mark = _mark(tx, clock.now())
    now = see(tx, clock)
    if now - mark.believed_at > most:
        raise ClockWrong(
            f"The clock is {_told(now - mark.believed_at)} beyond {_written(mark.believed_at)}, when something last "
            f"happened here: it says {_written(now)}. Nothing is destroyed, for a clock that was set forward would end "
            "holds too early. Check the clock; if it is right, a person says so with `safelight hold accept-clock "
            "--reason …`."
        )
    if now - mark.believed_at >= _EVERY:
        _move(tx, now, believed_at=now)
    return now


def accept_clock(tx: Tx, clock: Clock) -> tuple[datetime, datetime]:
    """Take the clock as right, wherever it stands. Returns the moment that was seen before, and the present one.

    Only for a person who has looked at the clock; the caller writes that into the audit log.
    """
    now = clock.now()
    seen_at = _mark(tx, now).seen_at
    tx.execute(update(clock_mark).where(clock_mark.c.id == _ONLY).values(seen_at=now, believed_at=now))
    return seen_at, now


def _mark(tx: Tx, now: datetime) -> _Mark:
    question = select(clock_mark.c.seen_at, clock_mark.c.believed_at).where(clock_mark.c.id == _ONLY)
    found = tx.execute(question).one_or_none()
    if found is None:
        first = insert_into(tx, clock_mark).values(id=_ONLY, seen_at=now, believed_at=now)
        tx.execute(first.on_conflict_do_nothing())
        found = tx.execute(question).one()
    return _Mark(seen_at=found.seen_at, believed_at=found.believed_at)


def _move(tx: Tx, now: datetime, *, believed_at: datetime | None) -> None:
    """Move the mark forward, unless another step that is still open is doing so: nobody ever waits for this row."""
    free = select(clock_mark.c.id).where(clock_mark.c.id == _ONLY, clock_mark.c.seen_at <= now)
    values = {"seen_at": now} if believed_at is None else {"seen_at": now, "believed_at": believed_at}
    places = clock_mark.c.id.in_(free.with_for_update(skip_locked=True))
    tx.execute(update(clock_mark).where(places).values(values))


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _told(span: timedelta) -> str:
    """Return a span in words: `3 days 4 hours`, `12 minutes`."""
    minutes = round(span.total_seconds() / 60)
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        return f"{days} days {hours} hours"
    return f"{hours} hours {minutes % 60} minutes" if hours else f"{minutes} minutes"
