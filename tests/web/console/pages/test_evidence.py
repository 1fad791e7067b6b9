"""Evidence: facts, holds, custody and what was shown, each to whom it may be told; its manifest for a purpose only."""

import pytest

from safelight.audit import log
from safelight.audit.queries import page_entries
from safelight.database.transaction import read, write
from safelight.review.exposure import steps
from safelight.review.exposure.level import Level
from safelight.review.exposure.limits import Limits
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind
from safelight.testing.evidence import destroy_evidence, seal_bytes
from safelight.vault.queries import evidence_target

SHA256 = "sha256"


@pytest.fixture
def path(records) -> str:
    return f"/evidence/{records.evidence}"


def show_to_somebody(console, actor, evidence_id: str, *levels: Level) -> None:
    with write(console.engine) as tx:
        for level in levels:
            wanted = steps.Reveal(evidence_id=evidence_id, level=level, frame=0, categories=frozenset(), reason="r")
            opened = steps.open_exposure(tx, console.clock, actor, 4711, house=Limits(cap_seconds=600), wanted=wanted)
            steps.deliver(tx, console.clock, actor, opened.id, 4711, frame_count=1, is_sound=True)


def test_evidence_is_listed_by_state_and_page(admins, records, place, by_hand, tmp_path) -> None:
    for number in range(51):
        last = seal_bytes(place, by_hand, tmp_path / "spool", [f"bytes {number}".encode()]).id
    destroy_evidence(place, by_hand, last)
    first = admins.get("/evidence").text
    assert first.count('data-label="Evidence"') == 50
    onward = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    assert admins.get(onward).text.count('data-label="Evidence"') == 2
    destroyed = admins.get("/evidence?state=destroyed").text
    assert destroyed.count('data-label="Evidence"') == 1
    assert last in destroyed
    assert "There is no evidence of this sort" in admins.get("/evidence?state=ending").text
    assert admins.get("/evidence?state=odd").status_code == 400
    assert admins.get("/evidence?after=nothing").status_code == 404
    page = admins.get(f"/evidence/{last}").text
    assert "nobody can read it any more" in page
    assert f"/evidence/{last}/manifest" not in page


def test_evidence_leads_to_its_case_its_reasons_and_its_sheet(admins, records, path) -> None:
    page = admins.get(path).text
    for way in (f"/cases/{records.case}", f"/cases/{records.case}/items/{records.item}/why"):
        assert f'href="{way}"' in page
    assert f'href="/cases/{records.case}/sheet"' in page
    assert "Under review" in page
    assert "seal_evidence" in page
    assert "No picture of it was shown to anybody here." in page
    assert "by tester" in page
    assert "To nobody" in page
    assert "<img" not in page
    assert admins.get("/evidence/0123").status_code == 404
    assert admins.get("/evidence/%00").status_code == 404


def test_pictures_shown_are_counted_by_level_and_name_nobody(admins, enrol, records, path) -> None:
    who = Actor(kind=ActorKind.PERSON, name="rosa-of-the-night", permissions=EVERY_PERMISSION)
    show_to_somebody(records.console, who, records.evidence, Level.CARD, Level.THUMBNAIL, Level.SMALL, Level.SMALL)
    page = admins.get(path).text
    assert "Thumbnail, grey and blurred</dt><dd>1 time" in page
    assert "Small, grey</dt><dd>2 times" in page
    assert "rosa-of-the-night" not in page.partition("Pictures shown")[2].partition("Custody")[0]
    reviewer = admins.enter(enrol("reviewer@evidence.example.org", "reviewer")).get(path).text
    assert "Pictures shown" not in reviewer
    assert "Custody" not in reviewer


def test_the_manifest_is_opened_for_a_purpose_and_a_reason_and_on_record(admins, records, path, is_escaped) -> None:
    assert "For a report to an authority" in admins.get(f"{path}/manifest").text
    for wrong in ({"purpose": "review"}, {"reason": "why"}, {"purpose": "check", "reason": "why"}):
        assert admins.submit(f"{path}/manifest", **wrong).status_code == 422
    opened = admins.submit(f"{path}/manifest", purpose="review", reason="to <b>see</b>")
    assert opened.status_code == 200
    assert opened.headers["cache-control"] == "no-store"
    assert is_escaped(opened.text)
    assert "image/png" in opened.text
    assert SHA256 not in opened.text
    assert "Shown only where the manifest is opened for a report" in opened.text
    assert SHA256 in admins.submit(f"{path}/manifest", purpose="report", reason="for the report").text
    custody = admins.get(path).text
    assert custody.count(">open_evidence</code>") == 2
    assert "to &lt;b&gt;see&lt;/b&gt;" in custody


def test_what_was_handed_over_is_told_with_to_whom_and_why(admins, records, path, console, by_hand) -> None:
    with write(console.engine) as tx:
        told = {"verb": "hand_over_evidence", "target": evidence_target(records.evidence)}
        log.write(tx, clock=console.clock, actor=by_hand, reason="asked (to Court <b>; legal basis: law)", **told)
    page = admins.get(path).text
    assert "by tester asked (to Court &lt;b&gt;; legal basis: law)" in page
    assert "To nobody" not in page


def test_whoever_may_not_review_or_report_opens_nothing(browser, enrol, records, path, console) -> None:
    browser.enter(enrol("auditor@evidence.example.org", "auditor"))
    with read(console.engine) as tx:
        before = len(page_entries(tx, target=evidence_target(records.evidence)))
    assert f"{path}/manifest" not in browser.get(path).text
    assert "opened only by whoever" in browser.get(f"{path}/manifest").text
    answer = browser.submit(f"{path}/manifest", purpose="review", reason="curious")
    assert answer.status_code == 403
    browser.enter(enrol("reporter@evidence.example.org", "reporter"))
    assert browser.submit(f"{path}/manifest", purpose="review", reason="curious").status_code == 403
    with read(console.engine) as tx:
        assert len(page_entries(tx, target=evidence_target(records.evidence))) == before
    assert browser.enter(enrol("analyst@evidence.example.org", "analyst")).get(path).status_code == 403
