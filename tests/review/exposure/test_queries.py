"""What a person is told of themselves, and a lead of all together."""

from datetime import UTC, datetime, timedelta

import pytest

from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import InvalidValue, NotAllowed
from safelight.intake.media import Answer
from safelight.review.exposure import queries, steps
from safelight.review.exposure.guard import Allowed, Refused, Why
from safelight.review.exposure.level import Level
from safelight.review.exposure.limits import Limits
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LEAD = Actor(kind=ActorKind.PERSON, name="Lena", permissions=EVERY_PERMISSION)
NOBODY = Actor(kind=ActorKind.PERSON, name="Otto")


def _show(engine: Engine, at: datetime, person: int, *, evidence: str = "e", level: Level = Level.THUMBNAIL) -> None:
    clock = FixedClock(at=at)
    with write(engine) as tx:
        for each in (Level.CARD, level):
            wanted = steps.Reveal(evidence_id=evidence, level=each, frame=0, categories=frozenset(), reason="r")
            opened = steps.open_exposure(tx, clock, LEAD, person, house=Limits(cap_seconds=600), wanted=wanted)
            steps.deliver(tx, clock, LEAD, opened.id, person, frame_count=1, is_sound=True)


def test_a_person_is_told_of_their_own_day(engine) -> None:
    for days in (3, 2, 1):
        _show(engine, NOW - timedelta(days=days), 1)
    _show(engine, NOW - timedelta(minutes=12), 1)
    _show(engine, NOW - timedelta(minutes=12), 2)
    with read(engine) as tx:
        own = queries.figures_of(tx, FixedClock(at=NOW), Limits(), 1)
        assert (own.review_minutes, own.pictures, own.days_in_a_row) == (10, 1, 3)
        assert isinstance(own.standing, Allowed)
        assert len(queries.page_own(tx, 1, after_id=2, limit=2)) == 2
        tired = queries.standing_of(tx, FixedClock(at=NOW), Limits(days_in_a_row=3), 1)
        assert tired == Refused(why=Why.ROTATION, until=datetime(2026, 11, 26, tzinfo=UTC))
        with pytest.raises(InvalidValue):
            queries.page_own(tx, 1, limit=0)


def test_a_person_is_told_of_their_own_days_by_the_clock_on_their_wall(engine) -> None:
    _show(engine, NOW - timedelta(days=30), 1)
    _show(engine, datetime(2026, 11, 20, 23, 30, tzinfo=UTC), 1, level=Level.THUMBNAIL)
    _show(engine, NOW - timedelta(hours=1), 1)
    _show(engine, NOW - timedelta(hours=1), 2)
    with write(engine) as tx:
        days = queries.days_of(tx, FixedClock(at=NOW), Limits(time_zone="Europe/Madrid"), 1)
    assert [(f"{day.day}", day.review_minutes, dict(day.pictures)) for day in days] == [
        ("2026-11-25", 10, {Level.THUMBNAIL: 1}),
        ("2026-11-21", 10, {Level.THUMBNAIL: 1}),
    ]


def test_opt_outs_of_all_are_found_by_whose_they_are(engine) -> None:
    with write(engine) as tx:
        for person, category in ((1, "infant"), (1, "a1"), (2, "infant")):
            steps.set_opted_out(tx, person, category, is_out=True)
        assert queries.everybodys_opt_outs(tx) == {1: {"infant", "a1"}, 2: {"infant"}}


def test_a_picture_that_is_on_the_screen_counts_until_now(engine) -> None:
    _show(engine, NOW - timedelta(minutes=4), 1)
    with read(engine) as tx:
        assert queries.figures_of(tx, FixedClock(at=NOW), Limits(), 1).review_minutes == 4


def test_a_lead_is_told_sums_over_five_people_and_nothing_of_fewer(engine) -> None:
    week = datetime(2026, 11, 17, 9, tzinfo=UTC)
    for turn in range(2):
        for person in range(1, 5):
            _show(engine, week + timedelta(minutes=10 * turn), person, evidence=f"e{turn}")
    with read(engine) as tx:
        few = queries.team_weeks(tx, FixedClock(at=NOW), LEAD, weeks=2)
    assert [each.hours for each in few] == [None, None]
    for turn in range(2):
        _show(engine, week + timedelta(minutes=30 + 10 * turn), 5, evidence=f"e{turn}")
    with read(engine) as tx:
        told = queries.team_weeks(tx, FixedClock(at=NOW), LEAD, weeks=2)
        among = queries.team_weeks(tx, FixedClock(at=NOW), LEAD, weeks=1, asker_id=5)
        with pytest.raises(NotAllowed):
            queries.team_weeks(tx, FixedClock(at=NOW), NOBODY)
        with pytest.raises(NotAllowed):
            queries.waiting_lifts(tx, FixedClock(at=NOW), NOBODY)
    assert [(each.hours, each.pictures) for each in told] == [(2, 10), (None, None)]
    assert among[0].hours is None


def test_whether_the_provider_viewed_it_is_read_from_the_log(engine) -> None:
    with read(engine) as tx:
        assert queries.viewed(tx, "e", Answer.NO).answer is Answer.NO
    _show(engine, NOW, 1)
    with read(engine) as tx:
        assert queries.viewed(tx, "e", Answer.NO).answer is Answer.UNKNOWN
        assert queries.viewed(tx, "other", Answer.NO).answer is Answer.NO


def test_pictures_of_evidence_are_counted_by_level_whoever_they_were_for(engine) -> None:
    for person in (1, 2):
        _show(engine, NOW - timedelta(minutes=30 - person), person)
    _show(engine, NOW - timedelta(minutes=5), 1, evidence="other")
    with read(engine) as tx:
        assert queries.count_levels(tx, ["e", "other", "unseen"]) == {
            "e": {Level.THUMBNAIL: 2},
            "other": {Level.THUMBNAIL: 1},
        }
        assert queries.count_levels(tx, []) == {}
