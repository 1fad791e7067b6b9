"""Sums over many, limits that are set for somebody, and whose code is in a picture: by whoever may, and on record."""

import re

from safelight.access.queries import find_person
from safelight.audit.queries import page_entries
from safelight.database.transaction import read
from safelight.review.exposure.queries import own_limits
from safelight.review.exposure.staff_code import staff_code
from safelight.vault.content_digest import digest_secret


def test_sums_of_few_people_are_not_told_and_it_says_why(browser, enrol) -> None:
    page = browser.enter(enrol("lead@team.example.org", "lead")).get("/dose/team").text
    assert page.count("not told: too few people") == 16
    assert "at least 5 people beside you" in page


def test_a_lead_sets_the_limits_of_somebody_and_is_not_told_their_dose(browser, enrol, console) -> None:
    enrol("rosa@team.example.org", "reviewer")
    browser.enter(enrol("lena@team.example.org", "lead"))
    path = re.search(r'href="(/dose/people/\d+)">rosa@', browser.get("/dose/people").text)[1]
    page = browser.get(path).text
    assert "The house: 240" in page
    assert "<meter" not in page
    answer = browser.submit(path, minutes_per_day="60", break_minutes="20", reason="after sick leave")
    assert answer.headers["location"] == path
    assert re.search(r'id="break_minutes"[^>]*value="20"', browser.get(path).text)
    with read(console.engine) as tx:
        person = find_person(tx, "rosa@team.example.org")
        assert own_limits(tx, person.id).minutes_per_day == 60
        last = page_entries(tx, target=f"person:{person.id}")[-1]
    assert (last.verb, last.reason) == ("set_exposure_limits", "after sick leave")
    assert browser.submit(path, minutes_per_day="60", reason="").status_code == 422


def test_nobody_sets_limits_for_others_without_the_permission(browser, enrol) -> None:
    browser.enter(enrol("rob@team.example.org", "reviewer"))
    assert browser.get("/dose/people").status_code == 403
    assert browser.submit("/dose/people/1", minutes_per_day="60", reason="so").status_code == 403


def test_a_code_from_a_picture_leads_to_its_person_and_that_it_was_asked_is_on_record(browser, enrol, console) -> None:
    enrol("leaked@team.example.org", "reviewer")
    browser.enter(enrol("audits@team.example.org", "auditor"))
    with read(console.engine) as tx:
        person = find_person(tx, "leaked@team.example.org")
    code = staff_code(digest_secret(console.engine, console.showing.vault.keys, console.clock), person.id)
    page = browser.submit("/dose/staff-code", code=code.lower(), reason="seen in a chat").text
    assert "It is the staff code of leaked@team.example.org." in page
    with read(console.engine) as tx:
        last = page_entries(tx, target=f"person:{person.id}")[-1]
    assert (last.verb, last.reason, last.actor.name) == ("find_staff_code", "seen in a chat", "audits@team.example.org")
    nobody = browser.submit("/dose/staff-code", code="00000000", reason="seen in a chat")
    assert (nobody.status_code, 'id="code-fault"' in nobody.text) == (404, True)
    silent = browser.submit("/dose/staff-code", code=code, reason=" ")
    assert (silent.status_code, "leaked@" in silent.text) == (422, False)


def test_a_lead_who_asks_for_nobody_is_told_so(browser, enrol) -> None:
    browser.enter(enrol("asks@team.example.org", "lead"))
    assert browser.get("/dose/people/9999").status_code == 404
