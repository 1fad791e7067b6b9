"""Dose: how long somebody was at it, by the server's upper bounds. Pure functions over what was shown.

Three times are told apart. *At review* is from the first picture to the last with the pauses between them, up to five
minutes each: looking away to write is work too. *Shown* is how long pictures of a level stood on the screen. *Since the
last break* is the time at review that no break was taken in. Every picture counts as five seconds at least, so that
neither quick hands nor a clock that stands still make it free.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.review.exposure.exposure import Look
from safelight.review.exposure.level import Level

PAUSE = timedelta(minutes=5)
"""A pause of up to this long belongs to the review."""

LEAST = timedelta(seconds=5)
"""What any picture counts at least."""

NIGHT = timedelta(hours=8)
"""Only after so long without pictures does another day begin, whatever midnight says."""

LOOKED_BACK = timedelta(hours=36)
"""How far back the looks of a day are searched for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time at review, without a pause that would end it."""

    began_at: datetime
    ended_at: datetime


def charged(look: Look) -> timedelta:
    """Return what one look counts."""
    return max(LEAST, look.ended_at - look.began_at)


def shown_time(looks: Iterable[Look], level: Level) -> timedelta:
    """Return how long pictures of a level, or of one above it, were shown."""
    return sum((charged(look) for look in looks if look.level >= level), timedelta())


def spans(looks: Sequence[Look], pause: timedelta = PAUSE) -> list[Span]:
    """Return the times at review, in order."""
    found: list[Span] = []
    for look in sorted(looks, key=lambda each: each.began_at):
        if found and look.began_at - found[-1].ended_at <= pause:
            found[-1] = Span(began_at=found[-1].began_at, ended_at=max(found[-1].ended_at, look.ended_at))
        else:
            found.append(Span(began_at=look.began_at, ended_at=look.ended_at))
    return found


def review_time(looks: Sequence[Look], now: datetime | None = None) -> timedelta:
    """Return the time at review; with `now`, as if another picture were shown at that moment."""
    more = [] if now is None else [Look(level=Level.CARD, began_at=now, ended_at=now)]
    bridged = sum((span.ended_at - span.began_at for span in spans([*looks, *more])), timedelta())
    return max(bridged, shown_time(looks, Level.CARD))


def looks_of_day(looks: Sequence[Look], midnight: datetime, now: datetime) -> list[Look]:
    """Return the looks of the present day: since midnight, or since the last night if that began before midnight.

    Who works past midnight goes on in the same day until they rest for `NIGHT`.
    """
    since = now
    for span in reversed(spans(looks)):
        if since - span.ended_at >= NIGHT:
            break
        since = span.began_at
    return [look for look in looks if look.ended_at > min(since, midnight)]


def since_break(looks: Sequence[Look], now: datetime, break_time: timedelta) -> timedelta:
    """Return for how long somebody has been at review without a break, if they go on at this moment."""
    stretch = spans(looks, break_time)
    if not stretch or now - stretch[-1].ended_at >= break_time:
        return timedelta()
    return now - stretch[-1].began_at
