"""Questions about exposure. What is about one person is asked with their own number; of all there are only sums."""

from collections.abc import Collection
from datetime import datetime, timedelta

from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.errors import InvalidValue
from safelight.intake.media import Answer
from safelight.review.exposure import store
from safelight.review.exposure.dose import LOOKED_BACK
from safelight.review.exposure.exposure import STRIP, Exposure
from safelight.review.exposure.figures import OwnDay, OwnFigures, TeamWeek, own_days, own_figures, sum_week, week_starts
from safelight.review.exposure.guard import Allowed, Budget, Past, Refused, may_work
from safelight.review.exposure.level import Level
from safelight.review.exposure.lift import Lift
from safelight.review.exposure.limits import Limits, OwnLimits, combine, day_start, find_zone
from safelight.review.exposure.viewing import Viewed, viewed_by_provider
from safelight.roles import Actor, Permission, require_permission

LONGEST_PAGE = 1000

_LIFTS = 20

OWN_DAYS = timedelta(days=28)
"""How far back a person's own days are told of."""


def own_limits(tx: Tx, person_id: int) -> OwnLimits:
    """Return what a person's limits are instead of the house's."""
    return store.own_limits(tx, person_id)


def budget_of(tx: Tx, house: Limits, person_id: int, now: datetime) -> Budget:
    """Return what counts for a person at a moment."""
    return Budget(
        limits=combine(house, store.own_limits(tx, person_id)),
        lifts=tuple(store.lifts_of(tx, person_id, now)),
        opted_out=store.opted_out(tx, person_id),
    )


def past_of(tx: Tx, limits: Limits, person_id: int, now: datetime) -> Past:
    """Return what a person was shown, as far as their limits ask."""
    zone, days = find_zone(limits.time_zone), 0
    while days < limits.days_in_a_row:
        since, before = (day_start(now, zone, -days - 1 + later) for later in (0, 1))
        if not store.was_shown_between(tx, person_id, since, before):
            break
        days += 1
    looks = store.looks(tx, person_id, since=now - LOOKED_BACK, now=now)
    return Past(looks=tuple(looks), days_in_a_row=days, latest_at=store.latest_reveal(tx, person_id))


def figures_of(tx: Tx, clock: Clock, house: Limits, person_id: int) -> OwnFigures:
    """Return a person's figures of the present day. For that person alone: doors pass the one who signed in."""
    now = clock.now()
    budget = budget_of(tx, house, person_id, now)
    return own_figures(now, budget, past_of(tx, budget.limits, person_id, now))


def days_of(tx: Tx, clock: Clock, house: Limits, person_id: int) -> list[OwnDay]:
    """Return a person's days of the last four weeks, the latest first. For that person alone."""
    now = clock.now()
    zone = find_zone(budget_of(tx, house, person_id, now).limits.time_zone)
    return own_days(store.looks(tx, person_id, since=now - OWN_DAYS, now=now), zone)


def standing_of(tx: Tx, clock: Clock, house: Limits, person_id: int) -> Allowed | Refused:
    """Say whether a person's queue goes on now, or pauses, why and until when."""
    now = clock.now()
    budget = budget_of(tx, house, person_id, now)
    return may_work(now, budget, past_of(tx, budget.limits, person_id, now))


def opted_out_by(tx: Tx, person_id: int) -> frozenset[str]:
    """Return the categories that a person opted out of, as `category` spells them: their queue leaves these out."""
    return store.opted_out(tx, person_id)


def everybodys_opt_outs(tx: Tx) -> dict[int, frozenset[str]]:
    """Return the categories of whoever opted out of any, to find cases of nobody; no door is told whose they are."""
    return store.everybodys_opt_outs(tx)


def team_weeks(tx: Tx, clock: Clock, actor: Actor, *, weeks: int = 4, asker_id: int | None = None) -> list[TeamWeek]:
    """Return the sums of the last weeks that have ended, over everybody; see `figures.sum_week`.

    `asker_id` is the number of who asks, None for somebody who is not among the persons. Raises `NotAllowed` without
    the permission `exposure:team`, `InvalidValue`.
    """
    require_permission(actor, Permission.EXPOSURE_TEAM)
    starts = week_starts(clock.now(), weeks)
    return [
        sum_week(start, store.looks_of_all(tx, since=start, before=start + timedelta(days=7)), asker_id)
        for start in starts
    ]


def own_lifts(tx: Tx, person_id: int) -> list[Lift]:
    """Return the lifts that were asked for a person lately, the latest first, whatever came of them."""
    return store.latest_lifts(tx, person_id, _LIFTS)


def waiting_lifts(tx: Tx, clock: Clock, actor: Actor) -> list[Lift]:
    """Return the lifts that wait to be granted. Raises `NotAllowed` without the permission `exposure:write`."""
    require_permission(actor, Permission.EXPOSURE_WRITE)
    return store.waiting_lifts(tx, clock.now())


def page_own(tx: Tx, person_id: int, *, after_id: int = 0, limit: int = 100) -> list[Exposure]:
    """Return a person's own exposures by number. For that person alone."""
    if not (1 <= limit <= LONGEST_PAGE and after_id >= 0):
        raise InvalidValue(f"A page has 1 to {LONGEST_PAGE} rows, and they are counted from 1.")
    return store.of_person(tx, person_id, after_id=after_id, limit=limit)


def levels_shown(tx: Tx, person_id: int, evidence_ids: Collection[str]) -> dict[str, Level]:
    """Return, by evidence, the highest level that a person was shown of any of it. For that person alone."""
    return store.levels_shown(tx, person_id, evidence_ids)


def highest_shown(tx: Tx, person_id: int, evidence_id: str, frame: int) -> Level | None:
    """Return the highest level of a frame, or of the strip, that a person was shown: itself, in a strip, or the card.

    The next step of that frame is one above.
    """
    return store.highest_shown(tx, person_id, evidence_id, frame, STRIP)


def seen_among(tx: Tx, evidence_ids: Collection[str]) -> set[str]:
    """Return those of which a picture may have been shown to anybody; to whom is not told."""
    return store.seen_among(tx, evidence_ids)


def count_levels(tx: Tx, evidence_ids: Collection[str]) -> dict[str, dict[Level, int]]:
    """Return, by evidence, how many pictures of each level may have been shown; to whom, and for how long, is not told.

    Evidence of which no picture left is missing.
    """
    return store.count_levels(tx, evidence_ids)


def viewed(tx: Tx, evidence_id: str, before_intake: Answer) -> Viewed:
    """Say whether the provider viewed evidence, from the log and from what intake says (`viewing`)."""
    return viewed_by_provider(store.of_evidence(tx, evidence_id), before_intake)
