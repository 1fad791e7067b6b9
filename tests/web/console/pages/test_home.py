"""Home says who is here and what is open to them; rooms add what they have to say of the day."""

from dataclasses import replace

from jinja2 import ChoiceLoader, DictLoader
from starlette.applications import Starlette
from starlette.testclient import TestClient

from safelight.web.console.door import Door
from safelight.web.console.pages.home import DayPart, add_home


def test_it_says_who_is_here_and_what_is_open(browser, enrol) -> None:
    page = browser.enter(enrol("home@example.org", "auditor")).get("/").text
    for word in ("home@example.org", "auditor", 'href="/jobs"', "30 minutes without use"):
        assert word in page
    assert 'href="/people/add"' not in page


def test_somebody_without_a_role_sees_their_account_and_is_told_why(browser, enrol) -> None:
    page = browser.enter(enrol("nobody-yet@example.org")).get("/").text
    assert "None yet" in page
    assert 'href="/account"' in page


def test_a_room_adds_a_part_or_says_nothing(console, enrol) -> None:
    loader = ChoiceLoader([DictLoader({"dose.html": "<p>{{ day.left }} left</p>"}), console.templates.loader])
    door = Door(replace(console, templates=console.templates.overlay(loader=loader)))
    said = DayPart(template="dose.html", read=lambda visit: {"left": visit.actor.name})
    add_home(door, (said, DayPart(template="nowhere.html", read=lambda _visit: None)))
    app = Starlette(routes=door.routes)
    app.state.is_known = lambda _path: True
    client = TestClient(app, base_url="https://review.example.org")
    token = enrol("dose@example.org", "reviewer").signed_in.token
    client.cookies.set("__Host-safelight-session", token)
    assert "<p>dose@example.org left</p>" in client.get("/").text
