"""Every page in every theme, narrow and wide: nothing that axe-core finds wrong, nothing to be scrolled sideways."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from playwright.sync_api import Page

from safelight.database.transaction import read, write
from safelight.flow.evidence.holds import ask_release
from safelight.flow.outcomes.contacts import add_contact
from safelight.flow.reporting.drafting import draft_report, edit_report, read_report
from safelight.flow.reporting.finding import Opened
from safelight.flow.reporting.setting_up import add_destination
from safelight.flow.review import dose
from safelight.flow.review.claiming import claim_case
from safelight.flow.review.deciding import decide
from safelight.jobs import queue
from safelight.outcomes.contact import ContactKind, ContactText, NewContact
from safelight.reporting import queries
from safelight.reporting.attempt import AttemptState
from safelight.reporting.call import CallKind, CallOutcome
from safelight.reporting.destinations.interface import Exchange
from safelight.reporting.setup import SetupKind
from safelight.reporting.steps import filing
from safelight.review.decision import Finding, IncidentType, Ruling
from safelight.review.exposure import store as exposures
from safelight.review.exposure.exposure import NewExposure
from safelight.review.exposure.level import Level
from safelight.review.exposure.lift import LiftKind
from safelight.review.scheme import Classification
from safelight.roles import Actor, ActorKind
from safelight.testing.report_line import Line
from safelight.vault.order import NewOrder
from safelight.vault.queries import list_evidence
from safelight.web.console.app import open_door
from safelight.web.console.console import Console
from safelight.web.console.look import Theme

NARROW, WIDE = 360, 1440

OPEN = ("/sign-in", "/sign-in/code", "/look", "/keys", "/nowhere")
SIGNED_IN = (
    "/",
    "/dose",
    "/dose/exposures",
    "/dose/categories",
    "/dose/limits",
    "/dose/lift",
    "/dose/lifts",
    "/dose/team",
    "/dose/people",
    "/dose/people/1",
    "/dose/staff-code",
    "/flags/add",
    "/cases/open",
    "/people/1/roles",
    "/people/1/disable",
    "/people/1/enable",
    "/people/1/end-sessions",
    "/people/1/reset",
    "/people/add-role",
    "/people/roles/lead",
    "/account",
    "/account/password",
    "/account/app",
    "/account/passkeys",
    "/confirm",
    "/jobs",
    "/jobs?state=dead",
    "/jobs/1",
    "/people",
    "/people/1",
    "/people/2",
    "/people/add",
    "/people/roles",
    "/health",
    "/settings",
    "/banks",
    "/banks/demo-list",
    "/banks/demo-list/switch",
    "/banks/demo-list/entries/1",
    "/banks/demo-list/entries/1/opinion",
    "/banks/demo-list/entries/1/release",
    "/banks/demo-list/entries/1/switch",
    "/banks/demo-list/entries/1/value",
    "/queue",
    "/queue?without=infant",
    "/cases",
    "/cases/1",
    "/cases/1/decide",
    "/cases/1/decisions/1",
    "/cases/1/imminent",
    "/cases/1/deadline",
    "/cases/1/close",
    "/cases/1/reopen",
    "/cases/1/items/1",
    "/groups/1",
    "/cases/1/items/1/why",
    "/cases/1/sheet",
    "/cases/1/report",
    "/reports",
    "/reports/1",
    "/reports/1/live",
    "/reports/1/edit?open=report/victim/victimPerson/address&open=report/internetDetails/chatImIncident/content",
    "/reports/1/files/EVIDENCE/edit",
    "/reports/1/files/EVIDENCE/take-off",
    "/reports/1/preview",
    "/reports/1/calls/1",
    "/reports/1/approve",
    "/reports/1/hand-over",
    "/reports/1/receipt",
    "/reports/1/contact",
    "/reports/1/contacts/1",
    "/reports/funnel?by=month",
    "/evidence",
    "/evidence/EVIDENCE",
    "/evidence/EVIDENCE/destroy",
    "/evidence/EVIDENCE/hold",
    "/evidence/EVIDENCE/holds/1/renew",
    "/evidence/EVIDENCE/manifest",
    "/evidence/EVIDENCE/orders/1/confirm",
    "/audit",
    "/audit?verb=found_nowhere",
    "/audit/1",
    "/audit/check?run=on",
)
USUAL = (
    "/sign-in",
    "/look",
    "/nowhere",
    "/",
    "/dose",
    "/dose/exposures",
    "/dose/lifts",
    "/flags/add",
    "/people/1/roles",
    "/account",
    "/confirm",
    "/jobs",
    "/people/2",
    "/keys",
    "/health",
    "/settings",
    "/banks/demo-list",
    "/banks/demo-list/entries/1",
    "/queue",
    "/cases",
    "/cases/1",
    "/cases/1/decide",
    "/cases/1/items/1",
    "/groups/1",
    "/reports/1",
    "/reports/1/edit?open=report/victim/victimPerson/address&open=report/internetDetails/chatImIncident/content",
    "/reports/1/approve",
    "/reports/1/calls/1",
    "/reports/funnel?by=month",
    "/evidence",
    "/evidence/EVIDENCE",
    "/evidence/EVIDENCE/hold",
    "/audit?verb=found_nowhere",
    "/audit/1",
)
"""Pages of every room: among them all that pages are made of, such as lists, facts, figures and forms."""
EVIDENCE = "EVIDENCE"
"""Stands for the number of the first evidence, which nobody knows before it is sealed."""
SHOWN_ELSEWHERE = {
    **{f"/reports/{{report:int}}/{act}": "as approve" for act in ("complete", "return", "withdraw", "retry")},
    **{f"/reports/{{report:int}}/{name}": "as contact" for name in ("outcome", "action", "outcomes/{outcome:int}")},
    "/reports/{report:int}/follow-up": "it leads on to the page on which one is drafted",
    "/sign-in/second": "test_signing_in.py, on the way",
    "/welcome": "test_signing_in.py, on the way",
    "/account/passkeys/{passkey:int}": "test_signing_in.py, on the way",
}


@pytest.fixture(scope="module")
def thoroughly() -> None:
    """What looks at every page in every way, in the long run, is a test of its own."""


@pytest.fixture(scope="module")
def like(filled):
    return filled.folder


@pytest.fixture(scope="module")
def admin(live):
    """Somebody who may see every page, in an installation in which something goes on."""
    person = live.enrol("admin@example.org", "admin")
    live.invite("a-rather-long-name-of-somebody@a-rather-long-host-name.example.org", "reviewer", "auditor", "lead")
    with write(live.house.engine) as tx:
        for number in range(60):
            queue.enqueue(tx, live.house.clock, kind="check_evidence", args={"evidence": f"ev_{number:026}"})
    first = first_evidence(live)
    order = NewOrder(evidence_id=first, hold_ids=(1,), legal_basis="law", authority="Court", reference="26-cr-1")
    ask_release(live.house.engine, live.house.clock, live.house.actor, order)
    fill_dose(live.house, person.name)
    draft_report_of(live, first)
    return person


def draft_report_of(live, evidence_id: str) -> None:
    """Let a report of the first case be drafted, in which something is missing and something is wrong."""
    line = Line(live.house.clock)
    house = live.house
    object.__setattr__(
        house.destinations, "openers", {SetupKind.NCMEC: lambda _name, _config: Opened(destination=line)}
    )
    add_destination(house.setup_desk(), line.name, SetupKind.NCMEC, {})
    decide_case(house.review_desk(), 1)
    desk = house.report_desk()
    report = draft_report(desk, 1, line.name)
    _, paper = read_report(desk, report.id)
    odd = {**paper.report, "incidentSummary": {**paper.report["incidentSummary"], "incidentDateTime": "in the spring"}}
    edit_report(desk, report.id, replace(paper, report=odd, files=paper.files))
    assert evidence_id in paper.evidence_ids
    text = ContactText(agency="County police", reference="26-447", remarks="By telephone, then by letter.")
    request = {"kind": ContactKind.PRESERVATION_REQUEST, "received_at": house.clock.now(), "text": text}
    add_contact(house.outcome_desk(), NewContact(case_id=1, report_id=report.id, **request))
    note_call(house, report.id)


def note_call(house, report_id: int) -> None:
    """Note that an authority would not have a report, word for word."""
    with read(house.engine) as tx:
        key = queries.sealed_content(tx, report_id).key(house.keys)
    clerk = filing.Clerk(clock=house.clock, actor=house.actor, key=key)
    said = b"<reportResponse>\n  <responseCode>4100</responseCode>\n  <responseDescription>Validation failed"
    with write(house.engine) as tx:
        attempt_id = filing.begin_attempt(tx, clerk, report_id)
        told = filing.intend_call(tx, clerk, (report_id, attempt_id), CallKind.OPEN, sent=b"<report>\n  " + b"x" * 300)
        exchange = Exchange(received=said, http_status=200, code=4100, request_id="d4c1-77")
        filing.note_answer(tx, clerk, told, CallOutcome.REFUSED, exchange)
        filing.close_attempt(tx, clerk, report_id, attempt_id, AttemptState.REFUSED)


def decide_case(desk, case_id: int) -> None:
    ruling = Ruling(
        finding=Finding.CONFIRMED,
        reasons="a painting of the demo",
        classification=Classification(scheme="ncmec", label="B2"),
        incident_type=IncidentType.CSAM,
    )
    claim_case(desk, case_id)
    decide(desk, case_id, ruling)


def first_evidence(live) -> str:
    with read(live.house.engine) as tx:
        return list_evidence(tx, limit=1)[0].id


def fill_dose(house, name: str) -> None:
    """Let somebody have been shown something, have opted out, and wait for a lift."""
    actor, now = Actor(kind=ActorKind.PERSON, name=name), house.clock.now()
    dose.set_opted_out(house.engine, actor, "ncmec:a1", is_out=True)
    until = now + timedelta(hours=5)
    for kind, minutes in ((LiftKind.MINUTES, 30), (LiftKind.ROTATION, 0)):
        dose.ask_lift(
            house.engine, house.clock, actor, name, kind, until=until, reason="a deadline", extra_minutes=minutes
        )
    with write(house.engine) as tx:
        for level, minutes in ((Level.SMALL, 3), (Level.LARGE, 2), (Level.ORIGINAL, 1)):
            at = now - timedelta(minutes=40 + minutes)
            shown = {"evidence_id": "e" * 32, "frame": 0, "reason": "to see whether it is the same"}
            until = at + timedelta(minutes=minutes)
            new = NewExposure(person_id=1, level=level, revealed_at=at, must_hide_at=until, **shown)
            exposures.set_delivered(tx, exposures.add(tx, new), frame_count=1, is_sound=True)


def look_at(page: Page, theme: Theme, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("theme => document.documentElement.dataset.theme = theme", theme.value)


def is_scrolled_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def name_of(path: str) -> str:
    return path.strip("/").translate(str.maketrans("/?=&", "----")) or "home"


@pytest.fixture(scope="module")
def tabs(chromium, live, admin) -> Iterator[dict[bool, Page]]:
    """Two tabs for all pages: whether somebody has signed in there is their name."""
    contexts = [chromium.new_context(base_url=live.origin, locale="en-GB") for _ in range(2)]
    cookie = {"name": "safelight-session", "value": admin.signed_in.token, "url": live.origin}
    contexts[1].add_cookies([cookie])
    yield {False: contexts[0].new_page(), True: contexts[1].new_page()}
    for context in contexts:
        context.close()


@pytest.mark.parametrize("path", USUAL)
def test_a_page_is_sound(path: str, live, tabs, violations) -> None:
    """The contrast of all themes is in test_style.py, without a browser; all pages are looked at below, every way."""
    page = tabs[path in SIGNED_IN]
    page.goto(path.replace(EVIDENCE, first_evidence(live)))
    assert page.locator("h1").count() == 1
    look_at(page, Theme.LIGHT, WIDE)
    assert not is_scrolled_sideways(page)
    look_at(page, Theme.LOW, NARROW)
    assert not is_scrolled_sideways(page)
    assert violations(page) == []


@pytest.mark.long
@pytest.mark.parametrize("path", OPEN + SIGNED_IN)
def test_a_page_is_sound_in_every_theme_and_language(path: str, live, tabs, violations, shoot) -> None:
    page, address = tabs[path in SIGNED_IN], path.replace(EVIDENCE, first_evidence(live))
    for language in ("es", "en"):
        look = {"name": "safelight-look", "value": f"{language}.system.keys", "url": live.origin}
        page.context.add_cookies([look])
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto(address)
            assert page.get_attribute("html", "lang") == language
            assert page.locator("h1").count() == 1
            for theme, width in product(Theme, (NARROW, 768, WIDE)):
                look_at(page, theme, width)
                assert violations(page) == []
                assert not is_scrolled_sideways(page)
                shoot(page, f"{name_of(path)}-{language}-{theme.value}-{scheme}-{width}")
    page.context.clear_cookies(name="safelight-look")


def test_no_page_is_left_out(live) -> None:
    desk = live.house.sign_in_desk
    nothing = {
        "questions": None,
        "condition": tuple,
        "review_desk": live.house.review_desk,
        "showing": None,
        "report_desk": None,
        "outcome_desk": None,
    }
    door = open_door(Console(settings=live.house.settings, desk=desk, **nothing))
    paths = {rule.path for rule in door.rules if rule.method == "GET"}
    elsewhere = SHOWN_ELSEWHERE.keys()
    looked_at = {path.partition("?")[0] for path in OPEN + SIGNED_IN}
    named = {"{evidence}": EVIDENCE, "{bank}": "demo-list", "{role}": "lead"}
    known = {re.sub(r"\{\w+(:int)?\}", lambda found: named.get(found[0], "1"), path) for path in paths - elsewhere}
    assert known <= looked_at
    assert set(USUAL) < set(OPEN + SIGNED_IN)
    assert {room_of(path) for path in USUAL} == {room_of(path) for path in OPEN + SIGNED_IN}


def room_of(path: str) -> str:
    return re.split(r"[/?]", path)[1]
