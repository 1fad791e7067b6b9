"""What is done about a case as a whole takes a reason, is told, and is on record."""

import pytest

from safelight.audit.queries import page_entries
from safelight.database.transaction import read
from safelight.flow.review.deciding import decide
from safelight.review.case import CaseState
from safelight.review.decision import Finding, Ruling
from safelight.review.queries import find_case


def verbs(console, case: int) -> set[str]:
    with read(console.engine) as tx:
        return {entry.verb for entry in page_entries(tx, target=f"case:{case}")}


def test_danger_puts_a_case_first(browser, reviewing, console) -> None:
    case = reviewing.case(None)
    browser.enter(reviewing.person())
    answer = browser.submit(f"/cases/{case}/imminent", reason="a child says so")
    assert answer.headers["location"] == f"/cases/{case}"
    assert "Somebody may be in danger now" in browser.get(f"/cases/{case}").text
    page = browser.get("/queue").text
    assert page.index(f'href="/cases/{case}"') == page.index('href="/cases/', page.index('id="listing"'))


@pytest.mark.parametrize("act", ["imminent", "close", "reopen"])
def test_without_a_reason_nothing_is_done(browser, reviewing, console, act: str) -> None:
    case = reviewing.case(None)
    before = verbs(console, case)
    answer = browser.enter(reviewing.person("lead", "reviewer")).submit(f"/cases/{case}/{act}", reason="  ")
    assert answer.status_code == 422
    assert 'id="reason-fault"' in answer.text
    assert verbs(console, case) == before


def test_a_deadline_is_set_and_taken_away_and_nonsense_is_told(browser, reviewing) -> None:
    case = reviewing.case(None)
    browser.enter(reviewing.person())
    browser.submit(f"/cases/{case}/deadline", at="2099-01-31T12:00", reason="the court asks")
    assert "2099-01-31 12:00" in browser.get(f"/cases/{case}").text
    assert browser.submit(f"/cases/{case}/deadline", at="soon").status_code == 422
    browser.submit(f"/cases/{case}/deadline", at="")
    assert "2099-01-31" not in browser.get(f"/cases/{case}").text


def test_what_is_not_decided_on_is_not_closed(browser, reviewing, console) -> None:
    case = reviewing.case(None)
    browser.enter(reviewing.person("lead", "reviewer"))
    assert browser.submit(f"/cases/{case}/close", reason="it is old").status_code == 400
    with read(console.engine) as tx:
        assert find_case(tx, case).state is CaseState.OPEN


def test_a_case_that_ended_is_begun_anew_and_what_was_decided_stays_on_its_page(browser, reviewing) -> None:
    case, person = reviewing.case(None), reviewing.person()
    decide(reviewing.desk(person), case, Ruling(finding=Finding.NOT_A_MATCH, reasons="a logo"))
    browser.enter(person)
    assert "Begin it anew" in browser.get(f"/cases/{case}").text
    browser.submit(f"/cases/{case}/reopen", reason="an appeal")
    page = browser.get(f"/cases/{case}").text
    assert "The case waits again." in page
    assert "What was decided" in page


def test_who_only_reads_does_nothing(browser, reviewing) -> None:
    case = reviewing.case(None)
    browser.enter(reviewing.person("auditor"))
    for act in ("imminent", "deadline", "close", "reopen"):
        assert browser.submit(f"/cases/{case}/{act}", reason="r").status_code == 403
        assert browser.get(f"/cases/{case}/{act}").status_code == 403
