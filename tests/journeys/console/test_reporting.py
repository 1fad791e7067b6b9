"""A report in a real browser: drafted, filled in, completed, approved by another person, filed, and kept."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from safelight.access.queries import person_actor
from safelight.database.transaction import read
from safelight.flow.reporting import drafting
from safelight.flow.reporting.filing import Filing
from safelight.flow.reporting.finding import Opened
from safelight.flow.reporting.setting_up import add_destination
from safelight.flow.review.claiming import claim_case
from safelight.flow.review.deciding import decide
from safelight.jobs.worker import Worker
from safelight.reporting.setup import SetupKind
from safelight.review.decision import Finding, IncidentType, Ruling
from safelight.review.scheme import Classification
from safelight.testing.report_line import Line
from safelight.web.console import loud

CONFIRMED = Ruling(
    finding=Finding.CONFIRMED,
    reasons="a painting of the demo",
    classification=Classification(scheme="ncmec", label="B2"),
    incident_type=IncidentType.CSAM,
)


@pytest.fixture(scope="module")
def like(filled):
    return filled.folder


@pytest.fixture(scope="module")
def line(live):
    """An authority in memory, which the console finds by its name."""
    line, house = Line(live.house.clock), live.house
    object.__setattr__(
        house.destinations, "openers", {SetupKind.NCMEC: lambda _name, _config: Opened(destination=line)}
    )
    object.__setattr__(house.destinations, "is_live", True)
    add_destination(house.setup_desk(), line.name, SetupKind.NCMEC, {})
    return line


@pytest.fixture(scope="module")
def case(live, line, filled) -> int:
    """A case of the demo with three files, in which all is confirmed."""
    number = filled.cases.by_subject["demo-4711"]
    person = live.enrol("ann@example.org", "reviewer")
    with read(live.house.engine) as tx:
        desk = live.house.review_desk(person_actor(tx, person.name))
    claim_case(desk, number)
    decide(desk, number, CONFIRMED)
    return number


@pytest.fixture(scope="module")
def people(live):
    return live.enrol("writer@example.org", "reporter", "auditor"), live.enrol("lead@example.org", "lead")


def work(live, line: Line) -> None:
    """Let a worker do what is due."""
    house = live.house
    filing = Filing(vault=house.vault, find=lambda _: line, actor=house.actor, tell=lambda _: None)
    handlers = filing.handlers()
    Worker(house.engine, house.clock, handlers, name="one", tell=lambda _: None).run_due()


def add(page: Page, record: str, name: str) -> None:
    """Add something to a record, by the list and the button at its end."""
    page.select_option(f'select[name="what:{record}"]', name)
    page.locator(f'button[name="add"][value="{record}"]').click()


@pytest.mark.long
def test_from_a_decided_case_to_the_receipt(*, live, line, case, people, open_context, look_over, shoot) -> None:
    """Each step by itself is tried in tests/web, and the whole way in every run in test_whole_chain.py."""
    writer, lead = people
    page = open_context(writer).new_page()
    page.goto(f"/cases/{case}")
    page.get_by_role("link", name="Draft a report").click()
    shoot(page, "review-report-1-draft")
    page.get_by_role("button", name="Draft it").click()
    expect(page.locator(".done")).to_contain_text("The report is drafted")
    expect(page.locator("main")).to_contain_text("An IP address with its time")
    expect(page.locator("main")).to_contain_text("has to be put right before it can be completed")
    shoot(page, "review-report-2-what-is-missing")
    number = int(page.url.rpartition("/")[2])

    page.get_by_role("link", name="An IP address with its time").click()
    where = "report/personOrUserReported[1]/ipCaptureEvent[1]"
    page.fill(f'[name="{where}/ipAddress"]', "192.0.2.44")
    page.fill('[name="report/incidentSummary/incidentDateTime"]', "2026-01-02T04:04+01:00")
    add(page, where, "dateTime")
    expect(page.locator(".done")).to_contain_text("Saved")
    page.fill(f'[name="{where}/dateTime"]', "2026-01-02T03:04Z")
    add(page, "report", "victim")
    shoot(page, "review-report-3-editor")
    page.locator('button[name="remove"][value="report/victim[1]"]').click()
    expect(page.locator('[id="report/victim[1]"]')).to_have_count(0)
    assert page.input_value(f'[name="{where}/dateTime"]') == "2026-01-02T03:04:00.000Z"
    page.get_by_role("link", name=f"Back to report {number}").click()

    page.get_by_role("link", name="Preview").click()
    expect(page.locator("main")).to_contain_text("192.0.2.44")
    shoot(page, "review-report-4-preview")
    page.get_by_role("link", name=f"Back to report {number}").click()
    page.get_by_role("link", name="Say that it is complete").click()
    shoot(page, "review-report-5-complete")
    page.get_by_role("button", name="It is complete").click()
    expect(page.locator(".standing")).to_contain_text("Waits for approval")

    theirs = open_context(lead).new_page()
    theirs.goto(f"/reports/{number}")
    theirs.get_by_role("link", name="Approve").click()
    expect(theirs.locator("main")).to_contain_text("writer@example.org")
    expect(theirs.locator("main")).to_contain_text("192.0.2.44")
    look_over(theirs, "report-6-approve")
    shoot(theirs, "review-report-6-approve")
    theirs.get_by_role("button", name="Approve, and let it be sent").click()
    expect(theirs.locator(".standing")).to_contain_text("Approved, waits to be sent")
    shoot(theirs, "review-report-7-on-its-way")
    work(live, line)
    expect(theirs.locator("#live")).to_contain_text("finished", timeout=20_000)  # by itself

    page.goto(f"/reports/{number}")
    expect(page.locator(".standing")).to_contain_text("Filed")
    expect(page.locator("main")).to_contain_text(line.filed[0])
    expect(page.locator("main")).to_contain_text(re.compile("File 3 is kept until"))
    page.locator("#live summary").click()
    look_over(page, "report-8-receipt")
    page.get_by_role("link", name="Write down an outcome").click()
    page.select_option("#kind", "acted_on")
    page.fill("#learnt_at", f"{live.house.clock.now():%Y-%m-%dT%H:%M}")
    page.fill("#remarks", "They told by telephone.")
    shoot(page, "review-report-10-outcome")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("main")).to_contain_text("Acted on")
    page.goto("/reports/funnel")
    expect(page.locator("main")).to_contain_text("Acted on")
    shoot(page, "review-report-11-funnel")
    page.goto("/reports")
    shoot(page, "review-report-9-list")


def test_without_a_script_and_in_spanish(live, case, people, open_context, shoot) -> None:
    page = open_context(people[1], java_script_enabled=False, locale="es-ES").new_page()
    page.goto(f"/cases/{case}/report")
    page.get_by_role("button", name="Redactarlo").click()
    expect(page.locator(".done")).to_contain_text("El informe está redactado")
    page.get_by_role("link", name="Redactar", exact=True).click()
    add(page, "report", "personOrUserReported")
    page.locator('button[name="remove"][value="report/personOrUserReported[2]"]').click()
    expect(page.locator('[id="report/personOrUserReported[2]"]')).to_have_count(0)


def test_what_is_open_there_and_not_finished_is_told_on_every_page(
    *, live, line, case, people, open_context, shoot, monkeypatch
):
    page = open_context(people[1]).new_page()
    page.goto(f"/cases/{case}/report")
    page.get_by_role("button", name="Draft it").click()
    number = int(page.url.rpartition("/")[2])
    where = "report/incidentSummary/incidentDateTime"
    page.goto(f"/reports/{number}/edit")
    page.fill(f'[name="{where}"]', "2026-01-02T03:04Z")
    page.get_by_role("button", name="Save").first.click()
    line.fault = lambda kind: "later" if kind in {"finish", "retract"} else ""
    with read(live.house.engine) as tx:
        writer = person_actor(tx, people[1].name)
    drafting.complete_report(live.house.report_desk(writer), number)
    drafting.approve_report(live.house.report_desk(), number)
    work(live, line)
    look = loud.left_open
    later = timedelta(minutes=16)  # so long it is loud only then
    monkeypatch.setattr(loud, "left_open", lambda tx, now, rules: look(tx, now + later, rules))
    page.goto("/")
    expect(page.locator(".loud")).to_contain_text("open at its authority and not finished")
    shoot(page, "review-report-loud-home")
    page.goto(f"/reports/{number}")
    shoot(page, "review-report-loud")
    line.fault = lambda _kind: ""
