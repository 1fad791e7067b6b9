"""Each condition of the guard, over a clock that stands still, and what somebody might try against it."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from safelight.review.exposure.exposure import Look
from safelight.review.exposure.guard import Allowed, Asked, Budget, Past, Refused, Why, may_see, may_work
from safelight.review.exposure.level import Level
from safelight.review.exposure.lift import Lift, LiftKind
from safelight.review.exposure.limits import Limits, read_hours
from safelight.roles import Actor, ActorKind

DAY = datetime(2026, 11, 23, tzinfo=UTC)
NOW = DAY + timedelta(hours=12)
SMALL = Asked(level=Level.SMALL, shown=Level.THUMBNAIL)
BUDGET = Budget(limits=Limits())


def _past(*looks: tuple[float, float], level: Level = Level.SMALL, **more) -> Past:
    """Make a past of looks, in minutes before now."""
    made = [
        Look(level=level, began_at=NOW - timedelta(minutes=began), ended_at=NOW - timedelta(minutes=ended))
        for began, ended in looks
    ]
    return Past(looks=tuple(made), **more)


def _limited(**limits) -> Budget:
    return Budget(limits=Limits(**limits))


def _lift(kind: LiftKind, minutes: int = 0, *, hours_left: float = 1, is_granted: bool = True) -> Lift:
    who = Actor(kind=ActorKind.PERSON, name="p")
    return Lift(
        id=1,
        person_id=1,
        kind=kind,
        extra_minutes=minutes,
        until=NOW + timedelta(hours=hours_left),
        reason="r",
        asked_at=NOW,
        asked_by=who,
        granted_at=NOW if is_granted else None,
        granted_by=who if is_granted else None,
    )


def test_what_is_allowed_is_allowed_until_its_cap() -> None:
    assert may_see(NOW, SMALL, BUDGET, Past()) == Allowed(must_hide_at=NOW + timedelta(seconds=60))


@pytest.mark.parametrize("shown", [None, *Level])
@pytest.mark.parametrize("level", list(Level))
def test_no_level_is_ever_skipped(shown, level) -> None:
    answer = may_see(NOW, Asked(level=level, shown=shown), BUDGET, Past())
    is_next = level <= (-1 if shown is None else shown) + 1
    assert isinstance(answer, Allowed) if is_next else answer == Refused(why=Why.LEVEL_SKIPPED)


def test_who_opted_out_is_shown_the_card_and_no_picture() -> None:
    budget = replace(BUDGET, opted_out=frozenset({"ncmec:a1"}))
    asked = replace(SMALL, categories=frozenset({"a1", "ncmec:a1"}))
    assert may_see(NOW, asked, budget, Past()) == Refused(why=Why.OPTED_OUT)
    assert isinstance(may_see(NOW, replace(asked, level=Level.CARD), budget, Past()), Allowed)
    assert isinstance(may_see(NOW, replace(asked, categories=frozenset({"b2"})), budget, Past()), Allowed)


def test_a_clock_that_was_set_back_gives_nothing() -> None:
    latest = NOW + timedelta(hours=1)
    assert may_see(NOW, SMALL, BUDGET, Past(latest_at=latest)) == Refused(why=Why.CLOCK, until=latest)
    assert isinstance(may_see(NOW, SMALL, BUDGET, Past(latest_at=NOW + timedelta(minutes=4))), Allowed)


def test_a_clock_that_is_set_back_a_little_again_and_again_gives_nothing_either() -> None:
    """Every picture counts five seconds, so that a day has an end even where its clock does not move."""
    still = _past(*[(0, 0)] * (240 * 12))
    assert isinstance(answer := may_see(NOW, SMALL, BUDGET, still), Refused)
    assert answer.why is Why.DAY_SPENT


@pytest.mark.parametrize(
    ("hours", "zone", "until"),
    [
        ("08:00-16:00", "UTC", None),
        ("08:00-12:00", "UTC", DAY + timedelta(days=1, hours=8)),
        ("13:00-16:00", "UTC", DAY + timedelta(hours=13)),
        ("08:00-12:30", "Europe/Madrid", DAY + timedelta(days=1, hours=7)),
        ("13:00-16:00", "Europe/Madrid", None),
    ],
)
def test_nothing_is_shown_outside_the_persons_hours_by_their_own_clock(hours, zone, until) -> None:
    answer = may_see(NOW, SMALL, _limited(hours=read_hours(hours), time_zone=zone), Past())
    if until is None:
        assert isinstance(answer, Allowed)
    else:
        assert answer == Refused(why=Why.HOURS, until=until)


def test_hours_that_no_moment_lies_in_refuse_without_an_end() -> None:
    hours = read_hours("08:00-09:00")
    assert hours is not None
    nothing = replace(hours, until=hours.from_)
    assert may_see(NOW, SMALL, _limited(hours=nothing), Past()) == Refused(why=Why.HOURS)


@pytest.mark.parametrize(
    ("budget", "past", "seconds"),
    [
        (_limited(hours=read_hours("08:00-12:01")), Past(), 60),
        (_limited(hours=read_hours("08:00-12:01"), cap_seconds=600), Past(), 60),
        (_limited(cap_seconds=600, minutes_per_day=10), _past((8, 0)), 120),
        (_limited(cap_seconds=600, break_after_minutes=10), _past((8, 0)), 120),
        (_limited(cap_seconds=600, break_after_minutes=10), _past((20, 10)), 600),
    ],
)
def test_a_picture_never_outlasts_what_is_left(budget, past, seconds) -> None:
    assert may_see(NOW, SMALL, budget, past) == Allowed(must_hide_at=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(("level", "left"), [(Level.LARGE, 20 * 60), (Level.ORIGINAL, 60)])
def test_large_pictures_and_originals_have_less_time(level, left) -> None:
    asked = Asked(level=level, shown=level)
    budget = _limited(cap_seconds=600, large_minutes_per_day=22, original_minutes_per_day=3, break_after_minutes=120)
    answer = may_see(NOW, asked, budget, _past((30, 28), level=Level.ORIGINAL))
    assert answer == Allowed(must_hide_at=NOW + timedelta(seconds=min(left, 600)))


@pytest.mark.parametrize(
    ("level", "spent", "why"),
    [
        (Level.ORIGINAL, (90, 30), Why.ORIGINAL_SPENT),
        (Level.LARGE, (90, 30), None),
        (Level.ORIGINAL, (150, 30), Why.ORIGINAL_SPENT),
        (Level.LARGE, (150, 30), Why.LARGE_SPENT),
        (Level.SMALL, (150, 30), None),
        (Level.SMALL, (270, 30), Why.DAY_SPENT),
        (Level.CARD, (270, 30), Why.DAY_SPENT),
    ],
)
def test_what_is_spent_is_spent_until_another_day(level, spent, why) -> None:
    answer = may_see(NOW, Asked(level=level, shown=Level.ORIGINAL), BUDGET, _past(spent, level=Level.ORIGINAL))
    if why is None:
        assert isinstance(answer, Allowed)
    else:
        assert answer == Refused(why=why, until=DAY + timedelta(days=1))


def test_four_hours_before_midnight_leave_none_after_it_without_a_night() -> None:
    looks = tuple(
        Look(level=Level.SMALL, began_at=at, ended_at=at + timedelta(minutes=50))
        for at in (DAY - timedelta(hours=each) for each in (5, 4, 3, 2, 1))
    )
    now = DAY + timedelta(minutes=5)
    refused = may_see(now, SMALL, BUDGET, Past(looks=looks))
    assert refused == Refused(why=Why.DAY_SPENT, until=DAY + timedelta(days=1))
    # Before noon the night of eight hours is what counts, and midnight where that is later.
    assert isinstance(may_see(DAY + timedelta(hours=8), SMALL, BUDGET, Past(looks=looks)), Allowed)


@pytest.mark.parametrize(
    ("past", "until"),
    [
        (_past((70, 61), (61, 0)), 10),
        (_past((61, 50), (46, 30), (26, 0)), 10),
        (_past((65, 8), (0, 0)), 10),  # eight minutes are no break
        (_past((61, 3)), 7),
        (_past((70, 10)), None),
        (_past((40, 0)), None),
    ],
)
def test_a_break_is_due_after_an_hour_and_pauses_the_queue(past, until) -> None:
    for answer in (may_see(NOW, SMALL, BUDGET, past), may_work(NOW, BUDGET, past)):
        if until is None:
            assert isinstance(answer, Allowed)
        else:
            assert answer == Refused(why=Why.BREAK_DUE, until=NOW + timedelta(minutes=until))


def test_after_five_days_in_a_row_comes_one_without_pictures() -> None:
    assert isinstance(may_see(NOW, SMALL, BUDGET, Past(days_in_a_row=4)), Allowed)
    refused = may_see(NOW, SMALL, BUDGET, Past(days_in_a_row=5))
    assert refused == Refused(why=Why.ROTATION, until=DAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("kind", "budget", "past"),
    [
        (LiftKind.MINUTES, BUDGET, _past((270, 30))),
        (LiftKind.HOURS, _limited(hours=read_hours("08:00-09:00")), Past()),
        (LiftKind.ROTATION, BUDGET, Past(days_in_a_row=5)),
    ],
)
def test_a_lift_sets_aside_its_own_limit_while_it_is_granted_and_lasts(kind, budget, past) -> None:
    def answer(*lifts: Lift) -> Allowed | Refused:
        return may_see(NOW, SMALL, replace(budget, lifts=lifts), past)

    minutes = 30 if kind is LiftKind.MINUTES else 0
    assert isinstance(answer(), Refused)
    assert isinstance(answer(_lift(kind, minutes)), Allowed)
    assert isinstance(answer(_lift(kind, minutes, is_granted=False)), Refused)
    assert isinstance(answer(_lift(kind, minutes, hours_left=-1)), Refused)
    others = [each for each in LiftKind if each is not kind]
    assert isinstance(answer(*(_lift(each, 5) for each in others)), Refused)


def test_no_lift_ends_a_break_or_brings_a_category_back() -> None:
    every = tuple(_lift(kind, 120) for kind in LiftKind)
    budget = replace(BUDGET, lifts=every, opted_out=frozenset({"a1"}))
    assert isinstance(answer := may_see(NOW, SMALL, budget, _past((61, 0))), Refused)
    assert answer.why is Why.BREAK_DUE
    assert isinstance(answer := may_see(NOW, replace(SMALL, categories=frozenset({"a1"})), budget, Past()), Refused)
    assert answer.why is Why.OPTED_OUT


def test_a_refusal_is_logged_by_its_reason_alone(caplog) -> None:
    with caplog.at_level(logging.INFO, "safelight"):
        may_see(NOW, SMALL, BUDGET, Past(days_in_a_row=5))
    assert [record.getMessage() for record in caplog.records] == ["Nothing is shown: rotation"]
