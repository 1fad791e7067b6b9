"""The guard: may this person be shown this, now? Every condition is on this page."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from safelight.database.clock_mark import TOLERANCE
from safelight.review.exposure.dose import LEAST, NIGHT, looks_of_day, review_time, shown_time, since_break
from safelight.review.exposure.exposure import Look
from safelight.review.exposure.level import Level
from safelight.review.exposure.lift import Lift, LiftKind
from safelight.review.exposure.limits import Limits, day_start, find_zone

_LOG = logging.getLogger("safelight")


class Why(StrEnum):
    """Why somebody is not shown something."""

    CLOCK = "clock"
    OPTED_OUT = "opted_out"
    LEVEL_SKIPPED = "level_skipped"
    HOURS = "hours"
    ROTATION = "rotation"
    DAY_SPENT = "day_spent"
    LARGE_SPENT = "large_spent"
    ORIGINAL_SPENT = "original_spent"
    BREAK_DUE = "break_due"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """It may be shown, until then at most."""

    must_hide_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """It is not shown. `until` is when asking again can help, None where time alone does not."""

    why: Why
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for. `shown` is the highest level of the same item that this person was shown, None for nothing."""

    level: Level
    shown: Level | None = None
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What counts for a person: their limits, the lifts that were granted, the categories that they opted out of."""

    limits: Limits
    lifts: tuple[Lift, ...] = ()
    opted_out: frozenset[str] = frozenset()

    def lift(self, kind: LiftKind, now: datetime) -> Lift | None:
        """Return the lift of a kind that counts now, of several the greatest."""
        counting = [lift for lift in self.lifts if lift.kind is kind and lift.counts_at(now)]
        return max(counting, key=lambda lift: lift.extra_minutes, default=None)

    def extra_time(self, now: datetime) -> timedelta:
        """Return by how much every time of a day is longer now."""
        lift = self.lift(LiftKind.MINUTES, now)
        return timedelta(minutes=lift.extra_minutes if lift else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a person was shown: the looks of the last 36 hours, and for how many whole days in a row until yesterday.

    `latest_at` is the latest moment in all of their exposures.
    """

    looks: tuple[Look, ...] = ()
    days_in_a_row: int = 0
    latest_at: datetime | None = None


Rule = Callable[[datetime, Asked, Budget, Past], Refused | None]


def may_see(now: datetime, asked: Asked, budget: Budget, past: Past) -> Allowed | Refused:
    """Say whether a person may be shown media at a level, and until when at most.

    They may if, in this order:

    1. the clock does not stand before what is recorded of them (else time would run twice)
    2. they did not opt out of any category of the item, or it is the card, which has no pixels
    3. the level is at most one above the highest that they were shown of this item; the first is the card
    4. it is within the hours of their day, or these are lifted
    5. they were not shown pictures on as many days in a row as they may be, or that is lifted
    6. time at review is left for the day, which ends with a night of eight hours, and not at midnight alone
    7. of a large picture or the original: time for such pictures is left for the day
    8. no break is due. Breaks are never lifted

    The picture has to be hidden when its cap is reached, or any of 4, 6, 7 and 8 would no longer hold.
    Refusals are logged by their reason alone: not whose, and not of what.
    """
    for rule in _RULES:
        refused = rule(now, asked, budget, past)
        if refused is not None:
            _LOG.info("Nothing is shown: %s", refused.why.value)
            return refused
    return Allowed(must_hide_at=min(_ends(now, asked, budget, past)))


def may_work(now: datetime, budget: Budget, past: Past) -> Allowed | Refused:
    """Say whether a person's queue goes on now: as `may_see`, of a card. A break that is due pauses it."""
    return may_see(now, Asked(level=Level.CARD), budget, past)


def _clock_stands_right(now: datetime, _asked: Asked, _budget: Budget, past: Past) -> Refused | None:
    if past.latest_at is not None and now < past.latest_at - TOLERANCE:
        return Refused(why=Why.CLOCK, until=past.latest_at)
    return None


def _category_is_wanted(_now: datetime, asked: Asked, budget: Budget, _past: Past) -> Refused | None:
    if asked.level.has_pixels and asked.categories & budget.opted_out:
        return Refused(why=Why.OPTED_OUT)
    return None


def _no_level_is_skipped(_now: datetime, asked: Asked, _budget: Budget, _past: Past) -> Refused | None:
    highest = -1 if asked.shown is None else asked.shown
    return Refused(why=Why.LEVEL_SKIPPED) if asked.level > highest + 1 else None


def _within_hours(now: datetime, _asked: Asked, budget: Budget, _past: Past) -> Refused | None:
    hours = budget.limits.hours
    if hours is None or budget.lift(LiftKind.HOURS, now) is not None:
        return None
    local = now.astimezone(find_zone(budget.limits.time_zone)).time()
    if hours.from_ <= local < hours.until:
        return None
    if hours.from_ == hours.until:
        return Refused(why=Why.HOURS)
    return Refused(why=Why.HOURS, until=_at(now, budget, hours.from_, 0 if local < hours.from_ else 1))


def _not_every_day(now: datetime, _asked: Asked, budget: Budget, past: Past) -> Refused | None:
    if past.days_in_a_row < budget.limits.days_in_a_row or budget.lift(LiftKind.ROTATION, now) is not None:
        return None
    return Refused(why=Why.ROTATION, until=_tomorrow(now, budget))


def _day_is_left(now: datetime, _asked: Asked, budget: Budget, past: Past) -> Refused | None:
    left = _day_left(now, budget, past)
    return None if left >= LEAST else Refused(why=Why.DAY_SPENT, until=_next_day(now, budget, past))


def _level_is_left(now: datetime, asked: Asked, budget: Budget, past: Past) -> Refused | None:
    for level, why in ((Level.ORIGINAL, Why.ORIGINAL_SPENT), (Level.LARGE, Why.LARGE_SPENT)):
        if asked.level >= level and _level_left(level, now, budget, past) < LEAST:
            return Refused(why=why, until=_next_day(now, budget, past))
    return None


def _no_break_is_due(now: datetime, _asked: Asked, budget: Budget, past: Past) -> Refused | None:
    if _break_left(now, budget, past) >= LEAST:
        return None
    latest = max(look.ended_at for look in past.looks)
    return Refused(why=Why.BREAK_DUE, until=latest + timedelta(minutes=budget.limits.break_minutes))


_RULES: tuple[Rule, ...] = (
    _clock_stands_right,
    _category_is_wanted,
    _no_level_is_skipped,
    _within_hours,
    _not_every_day,
    _day_is_left,
    _level_is_left,
    _no_break_is_due,
)


def _ends(now: datetime, asked: Asked, budget: Budget, past: Past) -> list[datetime]:
    """Return every moment at which a picture that is shown now would have to be hidden."""
    ends = [
        now + timedelta(seconds=budget.limits.cap_seconds),
        now + _day_left(now, budget, past),
        now + _break_left(now, budget, past),
    ]
    ends += [
        now + _level_left(level, now, budget, past) for level in (Level.LARGE, Level.ORIGINAL) if asked.level >= level
    ]
    hours = budget.limits.hours
    if hours is not None and budget.lift(LiftKind.HOURS, now) is None:
        ends.append(_at(now, budget, hours.until, 0))
    return ends


def _day_left(now: datetime, budget: Budget, past: Past) -> timedelta:
    spent = review_time(_today(now, budget, past), now)
    return timedelta(minutes=budget.limits.minutes_per_day) + budget.extra_time(now) - spent


def _level_left(level: Level, now: datetime, budget: Budget, past: Past) -> timedelta:
    limits = budget.limits
    minutes = limits.original_minutes_per_day if level is Level.ORIGINAL else limits.large_minutes_per_day
    return timedelta(minutes=minutes) + budget.extra_time(now) - shown_time(_today(now, budget, past), level)


def _break_left(now: datetime, budget: Budget, past: Past) -> timedelta:
    limits = budget.limits
    worked = since_break(past.looks, now, timedelta(minutes=limits.break_minutes))
    return timedelta(minutes=limits.break_after_minutes) - worked


def _today(now: datetime, budget: Budget, past: Past) -> list[Look]:
    return looks_of_day(past.looks, day_start(now, find_zone(budget.limits.time_zone)), now)


def _tomorrow(now: datetime, budget: Budget) -> datetime:
    return day_start(now, find_zone(budget.limits.time_zone), 1)


def _next_day(now: datetime, budget: Budget, past: Past) -> datetime:
    """Return when another day begins: at midnight, and after a night without pictures."""
    latest = max((look.ended_at for look in past.looks), default=now)
    return max(_tomorrow(now, budget), latest + NIGHT)


def _at(now: datetime, budget: Budget, clock_time: time, days_ahead: int) -> datetime:
    zone = find_zone(budget.limits.time_zone)
    day = now.astimezone(zone).date() + timedelta(days=days_ahead)
    return datetime.combine(day, clock_time, zone).astimezone(now.tzinfo)
