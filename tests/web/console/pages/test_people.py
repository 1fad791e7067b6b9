"""People are listed, added and let in by whoever may."""

import re


def test_somebody_is_added_with_roles_and_gets_a_code_once(admins) -> None:
    answer = admins.submit("/people/add", name="new@people.example.org", role=["reviewer", "auditor"], reason="joins")
    path = answer.headers["location"]
    page = admins.get(path).text
    assert "They are added." in page
    assert "auditor, reviewer" in page
    assert "Has no sign-in code yet" in page
    page = admins.submit(f"{path}/invite", reason="joins").text
    assert re.search(r'class="secret">[0-9A-Z]{5}(-[0-9A-Z]{5}){3}<', page)
    again = admins.get(path).text
    assert "Has a sign-in code that was not used yet" in again
    assert "secret" not in again


def test_what_was_entered_stays_beside_what_is_wrong_with_it(admins) -> None:
    answer = admins.submit("/people/add", name="admin-0@example.org", role="lead", reason="why")
    assert answer.status_code in {303, 409}
    answer = admins.submit("/people/add", name="", role="lead", reason="why <b>")
    assert answer.status_code == 422
    assert 'value="lead" checked' in answer.text
    assert 'value="why &lt;b&gt;"' in answer.text


def test_people_and_roles_are_read(browser, enrol) -> None:
    browser.enter(enrol("reader@people.example.org", "auditor"))
    page = browser.get("/people").text
    assert "reader@people.example.org" in page
    assert "/people/add" not in page
    assert "evidence:check" in browser.get("/people/roles").text
    assert browser.get("/people/999").status_code == 404


def test_whoever_has_set_up_their_sign_in_is_not_invited_again(admins, enrol) -> None:
    enrol("settled@people.example.org", "reviewer")
    page = admins.get("/people").text
    path = re.search(r'href="(/people/\d+)">settled@', page)[1]
    assert "/invite" not in admins.get(path).text
    assert admins.submit(f"{path}/invite").status_code == 400
