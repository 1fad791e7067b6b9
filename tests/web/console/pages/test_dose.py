"""One's own dose: days, steps, categories and limits; nobody is shown anybody else's."""

import re
from datetime import timedelta

import pytest

from safelight.access.queries import find_person
from safelight.audit.queries import page_entries
from safelight.database.transaction import read, write
from safelight.review.exposure import queries, store
from safelight.review.exposure.exposure import NewExposure
from safelight.review.exposure.level import Level
from safelight.review.exposure.limits import OwnLimits


@pytest.fixture
def person_id(console):
    def find(name: str) -> int:
        with read(console.engine) as tx:
            return find_person(tx, name).id

    return find


@pytest.fixture
def show(console, moving):
    def do(person_id: int, level: Level, *, hours_ago: float, count: int = 1) -> None:
        with write(console.engine) as tx:
            for number in range(count):
                at = moving.now() - timedelta(hours=hours_ago, minutes=-number)
                new = NewExposure(
                    person_id=person_id, evidence_id="e" * 32, level=level, frame=0, reason=f"reason {number}",
                    revealed_at=at, must_hide_at=at + timedelta(seconds=60),
                )  # fmt: skip
                store.set_delivered(tx, store.add(tx, new), frame_count=1, is_sound=True)

    return do


def test_days_are_told_by_level_and_to_nobody_else(browser, another, enrol, person_id, show) -> None:
    browser.enter(enrol("own@dose.example.org", "reviewer"))
    show(person_id("own@dose.example.org"), Level.THUMBNAIL, hours_ago=50, count=3)
    show(person_id("own@dose.example.org"), Level.ORIGINAL, hours_ago=50)
    page = browser.get("/dose").text
    assert "Thumbnail 3, Original 1" in page
    assert "You alone see this page" in page
    page = another.enter(enrol("root@dose.example.org", "admin")).get("/dose").text
    assert "Thumbnail 3" not in page
    assert "No pictures were shown to you" in page


def test_everything_that_was_shown_is_listed_page_by_page(browser, another, enrol, person_id, show) -> None:
    browser.enter(enrol("steps@dose.example.org", "reviewer"))
    show(person_id("steps@dose.example.org"), Level.SMALL, hours_ago=20, count=51)
    first = browser.get("/dose/exposures").text
    assert "reason 49" in first
    assert "reason 50" not in first
    onward = re.search(r'href="(/dose/exposures\?after=\d+)" rel="next"', first)[1]
    assert "reason 50" in browser.get(onward).text
    others = another.enter(enrol("root2@dose.example.org", "admin")).get("/dose/exposures").text
    assert "Nothing yet." in others


def test_whoever_opts_out_needs_no_reason_and_leaves_no_trace(browser, enrol, console, person_id) -> None:
    browser.enter(enrol("out@dose.example.org", "reviewer"))
    with read(console.engine) as tx:
        before = len(page_entries(tx))
    answer = browser.submit("/dose/categories", category="infant", out="on")
    assert answer.headers["location"] == "/dose/categories"
    assert browser.submit("/dose/categories", category="NCMEC:A1", out="on").status_code == 303
    page = browser.get("/dose/categories").text
    assert "You are out of this category." in page
    assert "ncmec:a1" in page
    assert page.count("I am out") == 2
    with read(console.engine) as tx:
        assert queries.opted_out_by(tx, person_id("out@dose.example.org")) == {"infant", "ncmec:a1"}
        assert len(page_entries(tx)) == before
    browser.submit("/dose/categories", category="infant", out="")
    assert browser.get("/dose/categories").text.count("I am out") == 1


def test_what_is_no_category_is_said_beside_the_field(browser, enrol) -> None:
    browser.enter(enrol("odd@dose.example.org", "reviewer"))
    answer = browser.submit("/dose/categories", category="!!", out="on")
    assert answer.status_code == 422
    assert 'id="category-fault"' in answer.text


def test_somebody_tightens_their_own_limits_at_once_and_loosens_them_never(browser, enrol, console, person_id) -> None:
    browser.enter(enrol("tight@dose.example.org", "reviewer"))
    answer = browser.submit("/dose/limits", minutes_per_day="90", hours="08:00-15:00", reason="a hard week")
    assert answer.headers["location"] == "/dose"
    with read(console.engine) as tx:
        own = queries.own_limits(tx, person_id("tight@dose.example.org"))
    assert (own.minutes_per_day, str(own.hours), own.break_minutes) == (90, "08:00-15:00", None)
    page = browser.get("/dose/limits").text
    assert re.search(r'id="minutes_per_day"[^>]*value="90"', page)
    answer = browser.submit("/dose/limits", minutes_per_day="91", hours="08:00-15:00", reason="better")
    assert answer.status_code == 403
    assert "Nobody loosens their own limits" in answer.text
    assert re.search(r'id="minutes_per_day"[^>]*value="91"', answer.text)


@pytest.mark.parametrize(
    ("field", "value"),
    [("minutes_per_day", "many"), ("minutes_per_day", "999"), ("hours", "late"), ("time_zone", "No/where")],
)
def test_what_is_no_limit_is_told_and_changes_nothing(browser, enrol, console, field, value) -> None:
    name = f"{field}-{value[0]}@dose.example.org".lower()
    browser.enter(enrol(name, "reviewer"))
    answer = browser.submit("/dose/limits", **{field: value, "reason": "so"})
    assert answer.status_code == 422
    assert 'id="limits-fault"' in answer.text
    with read(console.engine) as tx:
        assert queries.own_limits(tx, find_person(tx, name).id) == OwnLimits()
