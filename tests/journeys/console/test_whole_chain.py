"""The whole chain: an upload over the API, its match, the review, the report at the fake authority, what came of it.

Each page is looked at: `screenshots/` has them. On both databases.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from safelight.access.api_key import NewApiKey
from safelight.app.reporting_parts import filing_handlers
from safelight.banks.entry import NewEntry
from safelight.client import Client, Context
from safelight.database.engine import Engine
from safelight.flow.access import create_key
from safelight.flow.banks import edits as banks
from safelight.flow.reporting.finding import Opened
from safelight.flow.reporting.setting_up import add_destination
from safelight.jobs.worker import Worker
from safelight.reporting.setup import SetupKind
from safelight.testing.authority import FAKE_ACCOUNT, FakeAuthority, State, fake_authority
from safelight.testing.synthetic import paint

REPORTER = {"reportingPerson": {"email": [{"text": "safety@platform.example"}]}}
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


def work(live) -> None:
    """Let a worker file what is due."""
    house = live.house
    handlers = filing_handlers(house.destinations, house.vault, house.actor, lambda _: None)
    Worker(house.engine, house.clock, handlers, name="one", tell=lambda _: None).run_due()


def learn(page: Page, shoot, live, path: str) -> None:
    """Write down what came of the report, and look at the funnel."""
    page.goto(path)
    page.get_by_role("link", name="Write down an outcome").click()
    page.select_option("#kind", "acted_on")
    page.fill("#learnt_at", f"{live.house.clock.now():%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("main")).to_contain_text("Acted on")
    shoot(page, "chain-10-outcome")
    page.goto("/reports/funnel")
    expect(page.locator("main")).to_contain_text("Acted on")
    shoot(page, "chain-11-funnel")


def test_from_an_upload_to_a_figure_in_the_funnel(live, authority, open_context, shoot) -> None:
    found = upload(live)
    assert (found.verdict, [match.bank for match in found.matches]) == ("exact", ["known"])
    reviewer = open_context(live.enrol("ann@example.org", "reviewer")).new_page()
    review(reviewer, shoot, found.case)
    writer = open_context(live.enrol("writer@example.org", "reporter", "auditor")).new_page()
    path = draft(writer, shoot, found.case)
    lead = open_context(live.enrol("lead@example.org", "lead")).new_page()
    approve(lead, shoot, path)
    work(live)
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
