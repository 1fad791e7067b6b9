"""What is done about a case as a whole takes a reason, is told, and is on record."""

from datetime import UTC, datetime

import pytest

from safelight.audit.queries import page_entries
from safelight.database.transaction import read
from safelight.flow.review.deciding import decide
from safelight.review.case import CaseState
from safelight.review.decision import Finding, Ruling
from safelight.review.queries import find_case
from safelight.review.queue_queries import find_standing


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


@pytest.fixture
def deadline(console):
    def find(case: int):
        with read(console.engine) as tx:
            return find_standing(tx, case).facts.deadline_at

    return find


def test_a_deadline_is_utc_unless_it_names_a_zone(browser, reviewing, deadline) -> None:
    case = reviewing.case(None)
    browser.enter(reviewing.person("lead"))
    browser.submit(f"/cases/{case}/deadline", at="2031-01-31T12:00")
    assert deadline(case) == datetime(2031, 1, 31, 12, tzinfo=UTC)
    browser.submit(f"/cases/{case}/deadline", at="2031-01-31T12:00+05:00")
    assert deadline(case) == datetime(2031, 1, 31, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "at",
    [
        *("31/01/2031", "2031-13-01T00:00", "9" * 40, "<script>alert(1)</script>"),
        *("0001-01-01T00:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59", "9999-12-31T23:59-14:00"),
    ],
)
def test_what_is_no_moment_or_at_the_end_of_time_sets_no_deadline(browser, reviewing, deadline, at: str) -> None:
    case = reviewing.case(None)
    answer = browser.enter(reviewing.person("lead")).submit(f"/cases/{case}/deadline", at=at)
    assert answer.status_code == 422
    assert "Nothing was changed" in answer.text
    assert "<script>alert" not in answer.text
    assert deadline(case) is None


def test_what_was_confirmed_is_closed_by_a_lead_alone(browser, reviewing) -> None:
    case = reviewing.case(None)
    browser.enter(reviewing.person())
    browser.submit(f"/cases/{case}/decide", finding="confirmed", incident="csam", reasons="seen")
    assert browser.submit(f"/cases/{case}/close", reason="done").status_code == 403
    assert "The case is closed" not in browser.get(f"/cases/{case}").text
    browser.enter(reviewing.person("lead"))
    assert browser.submit(f"/cases/{case}/close", reason="reported elsewhere").status_code == 303
    assert browser.submit(f"/cases/{case}/close", reason="again").status_code == 400


@pytest.mark.parametrize("act", ["imminent", "deadline", "close", "reopen"])
def test_nothing_is_done_about_a_case_that_there_is_not(browser, reviewing, act: str) -> None:
    browser.enter(reviewing.person("lead"))
    assert browser.get(f"/cases/987654/{act}").status_code == 404
    assert browser.submit(f"/cases/987654/{act}", reason="so").status_code == 404
