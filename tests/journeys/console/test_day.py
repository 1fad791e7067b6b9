"""A day of review in a real browser: what is left, a break, the end of the hours, and opting out of categories."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from safelight.access.queries import find_person, list_persons
from safelight.database.transaction import write
from safelight.flow.review import dose
from safelight.flow.review.flagging import flag
from safelight.review.exposure import store
from safelight.review.exposure.exposure import NewExposure
from safelight.review.exposure.level import Level
from safelight.review.exposure.limits import Hours, OwnLimits
from safelight.review.flag import Category, NewFlag

NARROW, WIDE = 360, 1440


@pytest.fixture(scope="module", autouse=True)
def case(live) -> int:
    """A case that waits for whoever has not opted out of enticement."""
    told = NewFlag(category=Category.ENTICEMENT, content_id="chat-1")
    return flag(live.house.review_desk(), told, subject_id="account-1").case_id


@pytest.fixture
def shown(live):
    """Let somebody have been shown a picture for so many minutes, until so many minutes ago."""

    def do(name: str, *, minutes: float, ago: float) -> None:
        at = live.house.clock.now() - timedelta(minutes=minutes + ago)
        with write(live.house.engine) as tx:
            person_id = find_person(tx, name).id
            where = {"evidence_id": "e" * 32, "level": Level.SMALL, "frame": 0, "reason": "a case"}
            until = at + timedelta(minutes=minutes)
            new = NewExposure(person_id=person_id, revealed_at=at, must_hide_at=until, **where)
            store.set_delivered(tx, store.add(tx, new), frame_count=1, is_sound=True)

    return do


@pytest.fixture
def limit(live):
    def do(name: str, **limits) -> None:
        house = live.house
        own, most = OwnLimits(**limits), house.review_desk().limits
        dose.set_limits(house.engine, house.clock, house.actor, name, own, house=most, reason="a trial")

    return do


@pytest.fixture
def look(violations, shoot):
    """Look at a page wide and narrow, light, dark and dim: nothing is wrong with it."""

    def do(page: Page, name: str) -> None:
        for width, theme in ((WIDE, "light"), (WIDE, "dark"), (NARROW, "low")):
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
            assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            shoot(page, f"{name}-{theme}-{width}")
        assert violations(page) == []

    return do


def test_a_break_that_is_due_pauses_the_queue_and_afterwards_it_goes_on(live, open_context, shown, limit, look) -> None:
    person = live.enrol("break@day.example.org", "reviewer")
    page = open_context(person).new_page()
    page.goto("/")
    expect(page.get_by_role("button", name="Take the next")).to_be_visible()
    look(page, "day-goes-on")
    limit(person.name, break_after_minutes=15, break_minutes=10)
    shown(person.name, minutes=14, ago=3)  # fifteen minutes and more, if they went on now
    page.reload()
    expect(page.locator(".pause")).to_contain_text("It is time for a break.")
    expect(page.locator(".pause")).to_contain_text("about 7 minutes more")
    expect(page.get_by_role("button", name="Take the next")).to_have_count(0)
    look(page, "day-break")
    spanish = open_context(person, locale="es-ES").new_page()
    spanish.goto("/")
    expect(spanish.locator(".pause")).to_contain_text("Es hora de una pausa.")
    look(spanish, "day-break-es")
    with write(live.house.engine) as tx:
        store.erase_before(tx, live.house.clock.now())  # as if it had been long ago
    page.reload()
    expect(page.locator(".pause")).to_have_count(0)


def test_after_the_end_of_the_hours_nothing_is_given(live, open_context, limit, look) -> None:
    person = live.enrol("late@day.example.org", "reviewer")
    now = live.house.clock.now()
    hour = (now + timedelta(hours=2)).replace(minute=0).time()
    limit(person.name, hours=Hours(from_=hour, until=hour.replace(minute=59)))
    page = open_context(person).new_page()
    page.goto("/")
    expect(page.locator(".pause")).to_contain_text("It is outside the hours of your day.")
    expect(page.locator(".pause")).to_contain_text("nobody expects you to look")
    expect(page.get_by_role("button", name="Take the next")).to_have_count(0)
    look(page, "day-cut-off")


def test_what_somebody_opts_out_of_waits_for_them_no_more_and_for_nobody_where_all_do(
    live, open_context, case, look, shoot
) -> None:
    person, lead = live.enrol("out@day.example.org", "reviewer"), live.enrol("lead@day.example.org", "lead")
    page = open_context(person, java_script_enabled=False).new_page()
    page.goto("/")
    waiting = page.locator("dt", has_text="Waits for you").locator("xpath=following-sibling::dd")
    expect(waiting).to_contain_text("1 case")
    page.click("text=My days, categories and limits")
    page.click("text=Categories I do not want to see")
    page.get_by_role("button", name="Opt out: Enticement").click()
    expect(page.locator(".done")).to_contain_text("You are out of this category.")
    shoot(page, "opt-out")
    page.goto("/")
    expect(waiting).to_contain_text("Nothing at the moment.")
    leads = open_context(lead).new_page()
    leads.goto("/")
    of_nobody = leads.locator("dt", has_text="Wait, but for nobody").locator("xpath=following-sibling::dd")
    expect(of_nobody).to_contain_text("None.")
    leads.goto("/dose/categories")
    leads.get_by_role("button", name="Opt out: Enticement").click()
    with write(live.house.engine) as tx:
        others = [each.id for each in list_persons(tx) if each.name not in {person.name, lead.name}]
        for each in others:
            store.set_opted_out(tx, each, "enticement", is_out=True)
    leads.goto("/")
    expect(of_nobody).to_contain_text(f"Case {case}")
    expect(leads.locator("main")).not_to_contain_text("nticement")
    look(leads, "day-of-a-lead")
    page.goto("/dose/categories")
    page.get_by_role("button", name="Opt in again: Enticement").click()
    leads.reload()
    expect(of_nobody).to_contain_text("None.")
