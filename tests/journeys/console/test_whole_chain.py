"""The whole chain: an upload over the API, its match, the review, the report at the fake authority, what came of it.

Each page is looked at. On both databases in the long run, where `screenshots/` has pictures of them.
"""

import hashlib
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, expect

from safelight.access.api_key import NewApiKey
from safelight.app.reporting_parts import filing_handlers
from safelight.banks.entry import NewEntry
from safelight.client import Client, Context
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.flow import access
from safelight.flow.access import create_key
from safelight.flow.banks import edits as banks
from safelight.flow.reporting.finding import Opened
from safelight.flow.reporting.setting_up import add_destination
from safelight.jobs.worker import Worker
from safelight.reporting.setup import SetupKind
from safelight.roles import Permission
from safelight.testing.authority import FAKE_ACCOUNT, FakeAuthority, State, fake_authority
from safelight.testing.synthetic import paint
from safelight.web.logs import set_up_logs

REPORTER = {"reportingPerson": {"email": [{"text": "safety@platform.example"}]}}
SECRETS = (
    FAKE_ACCOUNT.password,
    "192.0.2.44",
    "holiday.png",
    "platform.example/p/1",
    "account-4711",
    "safety@platform.example",
    "It is what the list says.",
    "They told by telephone.",
)
"""What is told on the way, and may be in no log, message or figure, nor on a page for who may not see it."""

UPLOADED_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass
class Counting:
    """The fake as a destination whose reports count, so that what follows from a receipt can be looked at."""

    to: Any
    is_test: bool = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.to, name)


@pytest.fixture
def authority() -> Iterator[FakeAuthority]:
    with fake_authority() as running:
        yield running


@pytest.fixture
def live(serving, engine: Engine, authority: FakeAuthority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A service on either database that reports to the fake authority and knows one painting."""
    monkeypatch.setenv("SAFELIGHT_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("SAFELIGHT_OUTBOUND_TEST_ADDRESSES", "127.0.0.1")
    monkeypatch.setenv("SAFELIGHT_LIVE_REPORTING", "true")
    with serving(tmp_path / "workspace") as running:
        house = running.house
        openers = house.destinations.openers
        counting = {kind: _counting(opener) for kind, opener in openers.items()}
        object.__setattr__(house.destinations, "openers", counting)
        told = {"environment": "test", "username": FAKE_ACCOUNT.user, "password": FAKE_ACCOUNT.password}
        more = {"root": authority.address, "reporter": REPORTER, "espService": "Platform"}
        add_destination(house.setup_desk(), "cybertipline", SetupKind.NCMEC, told | more)
        banks.create_bank(house.engine, house.clock, house.actor, name="known")
        entry = NewEntry(signal_type="md5", value=hashlib.md5(_painting()).digest())
        banks.add_entries(house.engine, house.clock, house.actor, bank="known", entries=[entry])
        yield running


@pytest.fixture
def read_log(live, logs_as_before, capfd: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """Give what reads all that was logged since the first time that it was asked, at the level of debugging."""
    capfd.readouterr()

    def read() -> str:
        logging.getLogger("safelight").warning("the log is read")
        written = "".join(capfd.readouterr())
        assert "the log is read" in written, "what is written is not what is read here"
        return written

    return read


def _counting(opener):
    def open_one(name: str, config: bytes) -> Opened:
        return Opened(destination=Counting(opener(name, config).destination))

    return open_one


def _painting() -> bytes:
    held = BytesIO()
    paint(77, width=640, height=480).save(held, "png")
    return held.getvalue()


def upload(live) -> Any:
    """Send the painting as a platform does, and return the answer."""
    house = live.house
    _, secret = create_key(house.engine, house.clock, house.actor, NewApiKey(name="platform", role_name="service"))
    context = Context(
        subject_id="account-4711",
        content_id="upload-1",
        file_name="holiday.png",
        uploaded_at=UPLOADED_AT,
        ip_address="192.0.2.44",
        port=50_123,
        location_url="https://platform.example/p/1",
        publicly_available="yes",
        viewed_before_intake="no",
    )
    with Client(live.origin, secret) as client:
        return client.scan(_painting(), context=context)


def review(page: Page, shoot, case_id: int) -> None:
    """Take the next case, look at it step by step up to the original, and confirm it."""
    page.goto("/queue")
    shoot(page, "chain-1-queue")
    page.click("text=Take the next")
    page.wait_for_url(f"**/cases/{case_id}")
    shoot(page, "chain-2-case")
    page.keyboard.press("i")
    expect(page.locator("h1")).to_contain_text("Item")
    for name in ("facts", "thumbnail", "small", "large", "original"):
        page.keyboard.press("v")
        expect(page.locator("dl.facts")).to_contain_text(re.compile(f"You were shown.*{name}", re.IGNORECASE))
    expect(page.locator("figure.shown img")).to_be_visible()
    shoot(page, "chain-3-original")
    page.keyboard.press("x")
    expect(page.locator("figure.shown")).to_have_count(0)
    page.goto(f"/cases/{case_id}/decide")
    page.check("#finding-confirmed")
    page.select_option("#label", "ncmec:A1")
    page.select_option("#incident", "csam")
    page.fill("#reasons", "It is what the list says.")
    shoot(page, "chain-4-decision")
    page.click("[data-submit]")
    expect(page.locator(".done")).to_contain_text("Decided")


def draft(page: Page, shoot, case_id: int) -> str:
    """Draft a report of the case, say that it is complete, and return its path."""
    page.goto(f"/cases/{case_id}")
    page.get_by_role("link", name="Draft a report").click()
    page.get_by_role("button", name="Draft it").click()
    expect(page.locator(".done")).to_contain_text("The report is drafted")
    shoot(page, "chain-5-draft")
    path = "/" + page.url.split("/", 3)[3]
    page.goto(f"{path}/preview")
    expect(page.locator("main")).to_contain_text("192.0.2.44")
    shoot(page, "chain-6-preview")
    page.goto(path)
    page.get_by_role("link", name="Say that it is complete").click()
    page.get_by_role("button", name="It is complete").click()
    expect(page.locator(".standing")).to_contain_text("Waits for approval")
    return path


def approve(page: Page, shoot, path: str) -> None:
    page.goto(path)
    page.get_by_role("link", name="Approve").click()
    shoot(page, "chain-7-approve")
    page.get_by_role("button", name="Approve, and let it be sent").click()
    expect(page.locator(".standing")).to_contain_text("Approved, waits to be sent")


@dataclass
class Later:
    """The clock of the house, moved forward."""

    clock: Clock
    by: timedelta

    def now(self) -> datetime:
        return self.clock.now() + self.by


def work(live, by: timedelta = timedelta(0)) -> list[str]:
    """Let a worker file what is due then, and return what it told."""
    house, told = live.house, list[str]()
    handlers = filing_handlers(house.destinations, house.vault, house.actor, told.append)
    Worker(house.engine, Later(house.clock, by), handlers, name="one", tell=told.append).run_due()
    return told


def learn(page: Page, shoot, live, path: str) -> None:
    """Write down what came of the report, and look at the funnel."""
    page.goto(path)
    page.get_by_role("link", name="Write down an outcome").click()
    page.select_option("#kind", "acted_on")
    page.fill("#learnt_at", f"{live.house.clock.now():%Y-%m-%dT%H:%M}")
    page.fill("#remarks", SECRETS[-1])
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("main")).to_contain_text("Acted on")
    shoot(page, "chain-10-outcome")
    page.goto("/reports/funnel")
    expect(page.locator("main")).to_contain_text("Acted on")
    shoot(page, "chain-11-funnel")


def figures(live) -> str:
    """Return what the service tells of itself to whoever watches it."""
    house = live.house
    access.set_role(house.engine, house.clock, house.actor, "watcher", frozenset({Permission.METRICS_READ}))
    _, secret = create_key(house.engine, house.clock, house.actor, NewApiKey(name="watcher", role_name="watcher"))
    with httpx2.Client(headers={"Authorization": f"Bearer {secret}"}) as client:
        answer = client.get(f"{live.origin}/metrics")
    assert answer.status_code == 200
    return answer.text


def look_where_they_may_not(live, open_context, path: str) -> bytes:
    """Let people who may not read reports try all of its pages, and return every byte that they were sent."""
    before = len(live.answers)
    for role in ("reviewer", "analyst"):
        page = open_context(live.enrol(f"curious-{role}@example.org", role)).new_page()
        for where in ("/reports", path, f"{path}/preview", f"{path}/edit", f"{path}/outcome", "/reports/funnel"):
            answer = page.goto(where)
            assert answer is not None
            assert answer.status in {403, 404}, where
    return b"".join(answer.body for answer in live.answers[before:])


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)
def test_from_an_upload_to_a_figure_in_the_funnel(live, authority, open_context, shoot, read_log) -> None:
    set_up_logs("debug")
    found = upload(live)
    assert (found.verdict, [match.bank for match in found.matches]) == ("exact", ["known"])
    reviewer = open_context(live.enrol("ann@example.org", "reviewer")).new_page()
    review(reviewer, shoot, found.case)
    writer = open_context(live.enrol("writer@example.org", "reporter", "auditor")).new_page()
    path = draft(writer, shoot, found.case)
    lead = open_context(live.enrol("lead@example.org", "lead")).new_page()
    approve(lead, shoot, path)
    authority.faults.next("fileinfo", "error_before")
    authority.faults.next("finish", "cut_after")
    told = work(live)  # in trouble: it is tried again
    writer.goto(path)
    shoot(writer, "chain-7b-in-trouble")
    told += work(live, timedelta(seconds=35)) + work(live, timedelta(seconds=100))
    (held,) = authority.reports(State.FINISHED)
    (file,) = held.files
    assert file.md5 == hashlib.md5(_painting()).hexdigest()
    assert file.described.findtext("fileViewedByEsp") == "true"  # the log: the whole original, confirmed as shown
    assert held.texts("personOrUserReported/espIdentifier") == ["account-4711"]
    assert held.texts("personOrUserReported/ipCaptureEvent/ipAddress") == ["192.0.2.44"]

    writer.goto(path)
    expect(writer.locator(".standing")).to_contain_text("Filed")
    expect(writer.locator("main")).to_contain_text(str(held.report_id))
    shoot(writer, "chain-8-receipt")
    writer.goto(f"/evidence/{found.evidence}")
    expect(writer.locator("main")).to_contain_text(f"cybertipline {held.report_id}")
    shoot(writer, "chain-9-hold")
    learn(lead, shoot, live, path)

    everywhere = read_log() + "".join(told) + figures(live)
    assert [each for each in SECRETS if each in everywhere] == []
    theirs = look_where_they_may_not(live, open_context, path)
    assert [each for each in SECRETS if each.encode() in theirs] == []
    assert _painting()[1000:1064] not in theirs + everywhere.encode(errors="surrogateescape")
