"""The day: what is left, what waits, why a queue pauses; for leads what waits for nobody; for admins what is unwell."""

import re
from datetime import timedelta

import pytest

from safelight.access.queries import find_person
from safelight.database.transaction import write
from safelight.flow.review import dose
from safelight.flow.review.claiming import claim_case
from safelight.flow.review.flagging import flag
from safelight.review.exposure import store
from safelight.review.exposure.exposure import NewExposure
from safelight.review.exposure.level import Level
from safelight.review.exposure.lift import LiftKind
from safelight.review.exposure.limits import OwnLimits, read_hours
from safelight.review.flag import Category, NewFlag
from safelight.roles import Actor, ActorKind

BUTTON = 'action="/queue/next"'


@pytest.fixture
def complain(console, by_hand):
    """Open a case of a category."""

    def do(subject: str, category: Category = Category.ENTICEMENT) -> int:
        return flag(console.review_desk(by_hand), NewFlag(category=category), subject_id=subject).case_id

    return do


@pytest.fixture
def waiting(complain) -> int:
    return complain("day-waits")


@pytest.fixture
def shown(console, moving):
    """Let somebody have been shown a picture that ended some minutes ago."""

    def do(name: str, *, ago: float, minutes: float, level: Level = Level.SMALL) -> None:
        began = moving.now() - timedelta(minutes=ago + minutes)
        with write(console.engine) as tx:
            number = store.add(
                tx,
                NewExposure(
                    person_id=find_person(tx, name).id,
                    evidence_id="e" * 32,
                    level=level,
                    frame=0,
                    reason="a case",
                    revealed_at=began,
                    must_hide_at=began + timedelta(minutes=minutes),
                ),
            )
            store.set_delivered(tx, number, frame_count=1, is_sound=True)

    return do


@pytest.fixture
def limit(console, by_hand):
    def do(name: str, **limits) -> None:
        who = (console.engine, console.clock, by_hand)
        dose.set_limits(*who, name, OwnLimits(**limits), house=console.showing.house, reason="so")

    return do


def row(page: str, label: str) -> str:
    """Return what stands beside a label, as text."""
    found = re.search(rf"<dt[^>]*>{re.escape(label)}</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
    assert found, label
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def test_a_reviewer_sees_what_is_left_and_takes_the_next(browser, enrol, complain, shown) -> None:
    complain("day-1")
    browser.enter(enrol("rosa@day.example.org", "reviewer"))
    shown("rosa@day.example.org", ago=6, minutes=20, level=Level.LARGE)
    page = browser.get("/").text
    assert row(page, "At review") == "20 of 240 minutes used, 220 left"
    assert row(page, "Large pictures") == "20 of 120 minutes used, 100 left"
    assert row(page, "Next break") == "After 34 more minutes at review"
    assert row(page, "Hours of the day") == "the whole day UTC"
    assert row(page, "Yours now") == "None."
    assert BUTTON in page
    assert re.search(r'<meter aria-labelledby="budget-large" min="0" max="120" value="20">', page)


def test_what_somebody_has_is_listed_and_counted_no_more_as_waiting(browser, enrol, complain, console) -> None:
    case = complain("day-2")
    person = enrol("mine@day.example.org", "reviewer")
    before = row(browser.enter(person).get("/").text, "Waits for you")
    actor = Actor(kind=ActorKind.PERSON, name=person.name)
    claim_case(console.review_desk(actor), case)
    page = browser.get("/").text
    assert f'<a href="/cases/{case}">' in page
    assert int(row(page, "Waits for you").split()[0]) == int(before.split()[0]) - 1


@pytest.mark.usefixtures("waiting")
def test_a_break_pauses_the_queue_kindly_and_then_it_goes_on(browser, enrol, shown, limit, moving) -> None:
    browser.enter(enrol("break@day.example.org", "reviewer"))
    limit("break@day.example.org", break_after_minutes=10)
    shown("break@day.example.org", ago=2, minutes=12)
    page = browser.get("/").text
    assert "It is time for a break." in page
    assert "about 8 minutes more" in page
    assert BUTTON not in page
    moving.move(minutes=8)
    page = browser.get("/").text
    assert "It is time for a break." not in page
    assert BUTTON in page


def test_outside_the_hours_it_says_until_when_and_expects_nothing(browser, enrol, complain, limit, moving) -> None:
    case = complain("day-4")
    person = enrol("late@day.example.org", "reviewer")
    browser.enter(person)
    ended = moving.now() - timedelta(minutes=1)
    first = f"{ended - timedelta(minutes=1):%H:%M}"
    limit(person.name, hours=read_hours(f"{first}-{ended:%H:%M}" if first < f"{ended:%H:%M}" else "11:00-11:01"))
    page = browser.get("/").text
    assert "It is outside the hours of your day." in page
    assert "nobody expects you to look" in page
    assert BUTTON not in page
    assert f"/cases/{case}" not in page


def test_days_in_a_row_and_a_spent_day_are_told_as_what_they_are(browser, enrol, shown, limit) -> None:
    browser.enter(enrol("rested@day.example.org", "reviewer"))
    limit("rested@day.example.org", days_in_a_row=1)
    shown("rested@day.example.org", ago=60 * 24, minutes=1)
    assert "Today is for other work" in browser.get("/").text
    limit("rested@day.example.org", minutes_per_day=0)
    assert "Your time at review for today is spent." in browser.get("/").text


def test_a_lead_sees_what_waits_for_nobody_and_not_why(browser, another, enrol, complain, console) -> None:
    case = complain("day-5", Category.TRAFFICKING)
    lead = enrol("lead@day.example.org", "lead")
    assert row(browser.enter(lead).get("/").text, "Wait, but for nobody") == "None."
    names = re.findall(
        r'href="/people/\d+">([^<]+)', another.enter(enrol("root@day.example.org", "admin")).get("/people").text
    )
    for name in names:
        dose.set_opted_out(console.engine, Actor(kind=ActorKind.PERSON, name=name), "trafficking", is_out=True)
    page = browser.get("/").text
    assert row(page, "Wait, but for nobody").startswith(f"1 case Case {case}")
    assert "trafficking" not in page.lower()
    assert "day-5" not in page


def test_a_lead_sees_lifts_that_wait_and_a_reviewer_does_not(browser, another, enrol, console, moving) -> None:
    asker = enrol("asker@day.example.org", "reviewer")
    actor = Actor(kind=ActorKind.PERSON, name=asker.name)
    until = moving.now() + timedelta(hours=2)
    dose.ask_lift(console.engine, moving, actor, asker.name, LiftKind.HOURS, until=until, reason="a raid")
    page = browser.enter(enrol("leads@day.example.org", "lead")).get("/").text
    assert 'href="/dose/lifts"' in page
    page = another.enter(asker).get("/").text
    assert 'href="/dose/lifts"' not in page
    assert "To look after" not in page


def test_whoever_reads_figures_is_told_which_are_not_as_they_should_be(browser, another, enrol) -> None:
    page = browser.enter(enrol("root2@day.example.org", "admin")).get("/").text
    assert "Not as it should be" in page
    assert 'href="/jobs?state=dead"' in page
    assert "Not as it should be" not in another.enter(enrol("none@day.example.org", "reviewer")).get("/").text


def test_whoever_reviews_nothing_has_neither_queue_nor_dose_on_their_day(browser, enrol) -> None:
    page = browser.enter(enrol("audits@day.example.org", "auditor")).get("/").text
    assert BUTTON not in page
    assert "<meter" not in page
