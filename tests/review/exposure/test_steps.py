"""What is recorded, in which order, and by whom; of any number who ask at once no more get through than may."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from safelight.audit.queries import page_entries
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import ExposureRefused, InvalidValue, NotAllowed, NotFound, UsageError
from safelight.review.category import MOST_OPT_OUTS
from safelight.review.exposure import queries, steps
from safelight.review.exposure.exposure import Delivery, Ending, Exposure
from safelight.review.exposure.guard import Why
from safelight.review.exposure.level import Level
from safelight.review.exposure.lift import LiftKind, NewLift
from safelight.review.exposure.limits import Limits, OwnLimits, read_hours
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind

LEAD = Actor(kind=ActorKind.PERSON, name="Lena", permissions=EVERY_PERMISSION)
Open = Callable[..., Exposure]


@pytest.fixture
def open_exposure(engine: Engine, clock: FixedClock, actor: Actor) -> Open:
    """Open an exposure of person 1, and deliver it."""

    def act(level: Level, *, at: datetime | None = None, person: int = 1, evidence: str = "e", **limits) -> Exposure:
        now = FixedClock(at=at or clock.now())
        wanted = steps.Reveal(evidence_id=evidence, level=level, frame=0, categories=frozenset(), reason="case 1")
        with write(engine) as tx:
            opened = steps.open_exposure(tx, now, actor, person, house=Limits(**limits), wanted=wanted)
            steps.deliver(tx, now, actor, opened.id, person, frame_count=1, is_sound=True)
        return opened

    return act


def _log(engine: Engine, person_id: int = 1) -> list[Exposure]:
    with read(engine) as tx:
        return queries.page_own(tx, person_id, limit=1000)


def test_of_many_who_ask_at_once_no_more_get_through_than_one_after_the_other(engine, open_exposure) -> None:
    """A minute is there, and each picture counts five seconds at least: twelve of twenty."""
    open_exposure(Level.CARD)
    ready = threading.Barrier(10)

    def ask(_: int) -> int:
        ready.wait()
        granted = 0
        for _ in range(2):
            with suppress(ExposureRefused):
                open_exposure(Level.THUMBNAIL, minutes_per_day=1)
                granted += 1
        return granted

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(ask, range(10))) == 12
    with pytest.raises(ExposureRefused) as error:
        open_exposure(Level.THUMBNAIL, minutes_per_day=1)
    assert error.value.why == Why.DAY_SPENT.value
    assert sum(each.ended_at is None for each in _log(engine)) == 1


def test_another_reveal_ends_the_one_before_and_other_people_are_left_alone(engine, clock, open_exposure) -> None:
    open_exposure(Level.CARD)
    open_exposure(Level.CARD, person=2)
    open_exposure(Level.THUMBNAIL, at=clock.now() + timedelta(seconds=7))
    first, second = _log(engine)
    assert (first.ended_at, first.ended_by) == (clock.now() + timedelta(seconds=7), Ending.NEXT)
    assert second.ended_at is None
    assert _log(engine, 2)[0].ended_at is None


def test_a_refusal_changes_nothing(engine, open_exposure) -> None:
    open_exposure(Level.CARD)
    before = _log(engine)
    with pytest.raises(ExposureRefused):
        open_exposure(Level.ORIGINAL)
    assert _log(engine) == before


def test_what_failed_is_no_step_of_the_way_up_and_what_was_delivered_does_not_fail(
    engine, clock, actor, open_exposure
) -> None:
    open_exposure(Level.CARD)
    wanted = steps.Reveal(evidence_id="e", level=Level.THUMBNAIL, frame=0, categories=frozenset(), reason="case 1")
    with write(engine) as tx:
        opened = steps.open_exposure(tx, clock, actor, 1, house=Limits(), wanted=wanted)
        steps.fail(tx, clock, actor, opened.id, 1, why="timed_out")
    with pytest.raises(ExposureRefused) as error:
        open_exposure(Level.SMALL)
    assert error.value.why == Why.LEVEL_SKIPPED.value
    shown = open_exposure(Level.THUMBNAIL)
    with write(engine) as tx:
        steps.fail(tx, clock, actor, shown.id, 1, why="timed_out")
    assert _log(engine)[-1].delivery is Delivery.DELIVERED
    with write(engine) as tx, pytest.raises(ExposureRefused):
        steps.deliver(tx, clock, actor, shown.id, 1, frame_count=1, is_sound=True)  # not a second time


def test_an_exposure_is_hidden_by_the_one_it_is_of(engine, clock, actor, open_exposure) -> None:
    shown = open_exposure(Level.CARD)
    with write(engine) as tx, pytest.raises(NotFound):
        steps.hide(tx, clock, actor, shown.id, 2)
    for _ in range(2):
        with write(engine) as tx:
            steps.hide(tx, clock, actor, shown.id, 1)
    assert _log(engine)[0].ended_by is Ending.HIDDEN
    with read(engine) as tx:
        verbs = [entry.verb for entry in page_entries(tx, target="evidence:e")]
    assert verbs == ["reveal_evidence", "deliver_picture", "hide_evidence"]


def _set(engine, clock, own: OwnLimits, *, is_self: bool, reason: str = "so") -> None:
    with write(engine) as tx:
        steps.set_limits(tx, clock, LEAD, 1, own, house=Limits(), is_self=is_self, reason=reason)


def test_people_tighten_their_own_limits_and_loosen_them_never(engine, clock) -> None:
    _set(engine, clock, OwnLimits(minutes_per_day=60, hours=read_hours("09:00-12:00")), is_self=True)
    _set(engine, clock, OwnLimits(minutes_per_day=30, hours=read_hours("09:00-11:30")), is_self=True)
    for looser in (
        OwnLimits(),
        OwnLimits(minutes_per_day=31, hours=read_hours("09:00-11:30")),
        OwnLimits(minutes_per_day=30),
        OwnLimits(minutes_per_day=30, hours=read_hours("09:00-11:30"), time_zone="Europe/Madrid"),
    ):
        with pytest.raises(NotAllowed):
            _set(engine, clock, looser, is_self=True)
    with read(engine) as tx:
        assert queries.own_limits(tx, 1) == OwnLimits(minutes_per_day=30, hours=read_hours("09:00-11:30"))
    _set(engine, clock, OwnLimits(), is_self=False)
    for reason, own in (("", OwnLimits()), ("so", OwnLimits(minutes_per_day=481))):
        with pytest.raises(InvalidValue):
            _set(engine, clock, own, is_self=False, reason=reason)
    with read(engine) as tx:
        assert queries.own_limits(tx, 1) == OwnLimits()
        assert [each.verb for each in page_entries(tx, target="person:1")] == ["set_exposure_limits"] * 3


def test_a_lift_is_granted_by_another_once_and_then_counts(engine, clock, actor) -> None:
    new = NewLift(
        person_id=1, kind=LiftKind.MINUTES, extra_minutes=30, until=clock.now() + timedelta(hours=3), reason="a raid"
    )
    with write(engine) as tx:
        number = steps.ask_lift(tx, clock, actor, new)
        assert queries.waiting_lifts(tx, clock, LEAD)[0].id == number
    for who, name in ((actor, "Rosa"), (LEAD, "Lena")):
        with write(engine) as tx, pytest.raises(NotAllowed):
            steps.grant_lift(tx, clock, who, steps.find_lift(tx, number), name)
    with write(engine) as tx:
        steps.grant_lift(tx, clock, LEAD, steps.find_lift(tx, number), "Rosa")
    with write(engine) as tx:
        with pytest.raises(UsageError):
            steps.grant_lift(tx, clock, LEAD, steps.find_lift(tx, number), "Rosa")
        assert queries.waiting_lifts(tx, clock, LEAD) == []
        budget = queries.budget_of(tx, Limits(), 1, clock.now())
        assert budget.extra_time(clock.now()) == timedelta(minutes=30)
        assert queries.budget_of(tx, Limits(), 1, new.until).extra_time(new.until) == timedelta()
        with pytest.raises(NotFound):
            steps.find_lift(tx, 99)
        entries = page_entries(tx, target="person:1")
    assert [(each.verb, each.reason) for each in entries] == [
        ("ask_exposure_lift", "a raid"),
        ("grant_exposure_lift", "a raid"),
    ]


def test_a_lift_that_is_refused_ends_and_never_counts(engine, clock, actor) -> None:
    until = clock.now() + timedelta(hours=3)
    new = NewLift(person_id=1, kind=LiftKind.HOURS, extra_minutes=0, until=until, reason="a raid")
    with write(engine) as tx:
        number = steps.ask_lift(tx, clock, actor, new)
        with pytest.raises(InvalidValue):
            steps.refuse_lift(tx, clock, LEAD, steps.find_lift(tx, number), reason=" ")
        steps.refuse_lift(tx, clock, LEAD, steps.find_lift(tx, number), reason="not this week")
        assert queries.waiting_lifts(tx, clock, LEAD) == []
        assert [(each.granted_at, each.until) for each in queries.own_lifts(tx, 1)] == [(None, clock.now())]
        for act in (steps.grant_lift, steps.refuse_lift):
            more = {"reason": "why"} if act is steps.refuse_lift else {"person_name": "Rosa"}
            with pytest.raises(UsageError):
                act(tx, clock, LEAD, steps.find_lift(tx, number), **more)
        last = page_entries(tx, target="person:1")[-1]
    assert (last.verb, last.reason) == ("refuse_exposure_lift", "not this week")


def test_a_category_is_opted_out_of_and_in_again_and_nobody_is_told(engine) -> None:
    with write(engine) as tx:
        for _ in range(2):
            steps.set_opted_out(tx, 1, " NCMEC:A1 ", is_out=True)
        assert queries.opted_out_by(tx, 1) == {"ncmec:a1"}
        steps.set_opted_out(tx, 1, "ncmec:a1", is_out=False)
        assert queries.opted_out_by(tx, 1) == frozenset()
        assert page_entries(tx) == []
        for category in (" ", "x" * 201):
            with pytest.raises(InvalidValue):
                steps.set_opted_out(tx, 1, category, is_out=True)
        for number in range(MOST_OPT_OUTS):
            steps.set_opted_out(tx, 1, f"c{number}", is_out=True)
        with pytest.raises(InvalidValue, match="20 categories"):
            steps.set_opted_out(tx, 1, "one more", is_out=True)


def test_after_its_time_it_is_erased_to_whom_and_why_and_what_was_shown_stays(
    engine, clock, actor, open_exposure
) -> None:
    shown = open_exposure(Level.CARD)
    later = clock.now() + timedelta(days=800)
    with write(engine) as tx:
        steps.set_opted_out(tx, 1, "a1", is_out=True)
        steps.set_opted_out(tx, 2, "a1", is_out=True)
        assert steps.erase_old(tx, clock, actor, before=clock.now(), kept_ids=[1, 2]) == 0
        assert steps.erase_old(tx, FixedClock(at=later), actor, before=later, kept_ids=[2]) == 2
        assert steps.erase_old(tx, FixedClock(at=later), actor, before=later, kept_ids=[2]) == 0
        (kept,) = queries.store.of_evidence(tx, "e")
        assert (kept.id, kept.level, kept.person_id, kept.reason) == (shown.id, Level.CARD, None, "")
        assert queries.opted_out_by(tx, 1) == frozenset()
        assert queries.opted_out_by(tx, 2) == {"a1"}
