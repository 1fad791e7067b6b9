"""An auditor's day, and a case sheet on paper: who only looks, looks at facts and never at a picture."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from safelight.access.queries import person_actor
from safelight.database.transaction import read
from safelight.flow.review.claiming import claim_case
from safelight.flow.review.deciding import decide
from safelight.review.decision import Annotation, Finding, IncidentType, Ruling
from safelight.review.scheme import Classification
from safelight.review.second_reading import SecondReading

A4 = {"width": 794, "height": 1123}
CONFIRMED = Ruling(
    finding=Finding.CONFIRMED,
    reasons="a painting of the demo",
    classification=Classification(scheme="ncmec", label="B2"),
    annotations=frozenset({Annotation.VIRAL}),
    incident_type=IncidentType.CSAM,
)


@pytest.fixture(scope="module")
def like(filled):
    return filled.folder


@pytest.fixture(scope="module")
def case(live, filled) -> int:
    """A case of the demo that two reviewers have decided on."""
    number = filled.cases.by_subject["demo-4711"]
    for name in ("ann@example.org", "bob@example.org"):
        live.enrol(name, "reviewer")
        read_case(live, name, number)
    return number


def read_case(live, name: str, number: int) -> None:
    with read(live.house.engine) as tx:
        actor = person_actor(tx, name)
    desk = live.house.review_desk(actor)
    always = SecondReading(clearing=False, near_distance=256, share=10_000)
    desk = replace(desk, rules=replace(desk.rules, second=always))
    claim_case(desk, number)
    decide(desk, number, CONFIRMED)


@pytest.fixture
def auditor(live, case):
    return live.enrol(f"ida-{case}-{len(live.asked)}@example.org", "auditor")


def test_an_auditor_goes_from_the_log_to_the_facts_and_changes_nothing(
    open_context, auditor, case, violations, shoot
) -> None:
    page = open_context(auditor).new_page()
    pictures: list[str] = []
    page.on("request", lambda asked: pictures.append(asked.url) if asked.resource_type == "image" else None)
    page.goto("/")
    shoot(page, "auditor-1-home")
    for way in ("Banks", "Evidence", "Audit", "Jobs", "People", "Health", "Settings"):
        expect(page.locator(".ways").get_by_role("link", name=way, exact=True)).to_be_visible()
    page.keyboard.press("u")
    page.wait_for_url("**/audit")
    page.get_by_label("Did").fill("settle_case")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#listing tbody tr")).to_have_count(1)
    shoot(page, "auditor-2-search")
    page.locator("#listing").get_by_role("link", name=re.compile(r"^\d+$")).click()
    expect(page.locator("h1")).to_contain_text("Audit entry")
    page.goto("/audit/check")
    page.get_by_role("button", name="Check the log now").click()
    expect(page.get_by_role("heading", name="The log holds")).to_be_visible()
    shoot(page, "auditor-3-log-holds")
    _look_at_evidence(page, case, shoot)
    assert violations(page) == []
    page.goto("/banks/demo-list")
    shoot(page, "auditor-5-bank")
    assert page.locator("main form[method=post]").count() == 0
    assert page.goto("/banks/demo-list/switch").status == 403
    assert pictures == []


def _look_at_evidence(page: Page, case: int, shoot) -> None:
    page.keyboard.press("e")
    page.wait_for_url("**/evidence")
    page.locator("#listing tbody a").first.click()
    expect(page.get_by_role("heading", name="Custody")).to_be_visible()
    assert page.locator("main form").count() == 0
    for act in ("Add a hold", "Ask for a lawful destruction", "Open the manifest"):
        assert page.get_by_role("link", name=act).count() == 0
    shoot(page, "auditor-4-evidence")
    page.get_by_role("link", name="Why it matched").click()
    expect(page.locator("h1")).to_contain_text(f"is in case {case}")
    assert "bits differ" not in page.content()


def test_a_case_sheet_goes_on_paper_without_what_is_for_the_screen(open_context, auditor, case, shoot) -> None:
    page = open_context(auditor, viewport=A4).new_page()
    page.goto(f"/cases/{case}/sheet")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.emulate_media(media="print", color_scheme="dark")
    for hidden in (".top", ".bottom", ".on-screen"):
        assert not page.locator(hidden).first.is_visible()
    for shown in ("Decisions", "What keeps the evidence", "Pictures shown, over everybody"):
        expect(page.get_by_role("heading", name=shown)).to_be_visible()
    colours = page.evaluate(
        "[document.documentElement, document.querySelector('td'), document.querySelector('.facts')]"
        ".map(each => [getComputedStyle(each).color, getComputedStyle(each).backgroundColor])"
    )
    assert {ink for ink, _ in colours} == {"rgb(0, 0, 0)"}
    assert {ground for _, ground in colours} <= {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
    for told in ("ann@example.org", "bob@example.org", "first reader", "ncmec B2", "viral", "demo-4711"):
        assert told in page.locator(".sheet").inner_text()
    assert page.locator("img, svg, canvas").count() == 0
    shoot(page, "case-sheet-printed")
    paper = page.pdf(prefer_css_page_size=True)
    assert paper.startswith(b"%PDF-")
    assert b"/Subtype /Image" not in paper
    (box,) = set(re.findall(rb"/MediaBox \[([0-9. ]+)\]", paper))
    assert [round(float(side)) for side in box.split()] == [0, 0, 595, 842]


def test_without_a_script_evidence_is_held_and_a_bank_switched_off(open_context, live, case, shoot) -> None:
    page = open_context(live.enrol("leo@example.org", "lead"), java_script_enabled=False).new_page()
    page.goto("/evidence?state=living")
    page.locator("#listing tbody a").first.click()
    page.get_by_role("link", name="Add a hold").click()
    page.get_by_label(re.compile("Request by law enforcement")).check()
    page.get_by_label(re.compile("Reference")).fill("Az. 4711")
    page.get_by_label("Reason").fill("a letter of the police")
    page.get_by_role("button", name="Add a hold").click()
    expect(page.get_by_role("status")).to_have_text("The hold is added.")
    expect(page.get_by_role("cell", name=re.compile("Az. 4711")).first).to_be_visible()
    shoot(page, "lead-hold-added")
    page.goto("/banks")
    page.get_by_role("link", name="demo-list").click()
    page.get_by_role("link", name="Disable it").click()
    page.get_by_label("Reason").fill("too much at once")
    page.get_by_role("button", name="Disable it").click()
    expect(page.get_by_role("status")).to_have_text("The bank does not match any more.")
