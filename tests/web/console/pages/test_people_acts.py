"""Roles are given, sessions ended, people let go and in again, by whoever may, with a reason, and on record."""

import re

import pytest

from safelight.audit.queries import page_entries
from safelight.database.transaction import read


@pytest.fixture
def path_of(admins):
    def find(name: str) -> str:
        return re.search(rf'href="(/people/\d+)">{re.escape(name)}', admins.get("/people").text)[1]

    return find


def test_other_roles_count_at_once_and_are_shown_as_they_are(admins, enrol, path_of, console) -> None:
    enrol("roles@acts.example.org", "reviewer")
    path = path_of("roles@acts.example.org")
    page = admins.get(f"{path}/roles").text
    assert 'value="reviewer" checked' in page
    assert 'value="lead" checked' not in page
    answer = admins.submit(f"{path}/roles", role=["lead", "auditor"], reason="leads from today")
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    page = admins.get(path).text
    assert "They have these roles from now on." in page
    assert "auditor, lead" in page
    with read(console.engine) as tx:
        last = page_entries(tx, target=f"person:{path.rpartition('/')[2]}")[-1]
    assert (last.verb, last.reason) == ("set_person_roles", "leads from today")


def test_a_role_that_is_none_changes_nothing(admins, enrol, path_of) -> None:
    enrol("norole@acts.example.org", "reviewer")
    path = path_of("norole@acts.example.org")
    answer = admins.submit(f"{path}/roles", role=["emperor"])
    assert answer.status_code == 404
    assert "There is no role" in answer.text
    answer = admins.submit(f"{path}/roles", reason="so")
    assert (answer.status_code, "at least one role" in answer.text) == (422, True)
    assert "reviewer" in admins.get(path).text


def test_whoever_is_disabled_is_out_at_once_and_can_be_let_in_again(admins, another, enrol, path_of) -> None:

    left = another.enter(enrol("gone@acts.example.org", "reviewer"))
    assert left.get("/").status_code == 200
    path = path_of("gone@acts.example.org")
    assert "their sessions end at once" in admins.get(f"{path}/disable").text
    assert admins.submit(f"{path}/disable", reason="left us").headers["location"] == path
    assert left.get("/").headers["location"] == "/sign-in"
    assert "Disabled" in admins.get(path).text
    again = admins.submit(f"{path}/disable")
    assert (again.status_code, "disabled already" in again.text) == (400, True)
    assert admins.submit(f"{path}/enable", reason="is back").status_code == 303
    assert "Works here" in admins.get(path).text


def test_sessions_of_somebody_are_ended_and_they_may_sign_in_anew(admins, another, enrol, path_of) -> None:

    there = another.enter(enrol("lost@acts.example.org", "reviewer"))
    path = path_of("lost@acts.example.org")
    assert "1 session is open" in admins.get(path).text
    assert admins.submit(f"{path}/end-sessions", reason="lost a telephone").status_code == 303
    assert there.get("/").headers["location"] == "/sign-in"
    page = admins.get(path).text
    assert "Works here" in page
    assert "end-sessions" not in page


def test_whoever_lost_what_they_sign_in_with_gets_a_code_once(admins, enrol, path_of) -> None:
    enrol("reset@acts.example.org", "reviewer")
    path = path_of("reset@acts.example.org")
    answer = admins.submit(f"{path}/reset", reason="lost both")
    assert re.search(r'class="secret">[0-9A-Z]{5}(-[0-9A-Z]{5}){3}<', answer.text)
    assert "Has a sign-in code that was not used yet" in admins.get(path).text


def test_whoever_may_only_read_is_shown_no_act_and_does_none(browser, enrol) -> None:
    browser.enter(enrol("reads@acts.example.org", "auditor"))
    page = browser.get("/people/1").text
    assert "/disable" not in page
    assert browser.submit("/people/1/disable").status_code == 403


def test_it_is_said_where_somebody_acts_on_themselves(admins) -> None:
    name = re.search(r"<dd>(admin-\d+@example.org)</dd>", admins.get("/").text)[1]
    path = re.search(rf'href="(/people/\d+)">{name}', admins.get("/people").text)[1]
    assert "This is you." in admins.get(f"{path}/disable").text
