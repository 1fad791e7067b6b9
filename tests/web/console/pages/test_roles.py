"""Roles are read, made, altered, taken away, and put back as they came, by whoever may."""

import re


def test_a_role_is_made_altered_and_removed(admins) -> None:
    answer = admins.submit("/people/add-role", name="night", permission=["case:read", "evidence:read"], reason="nights")
    assert answer.headers["location"] == "/people/roles/night"
    page = admins.get("/people/roles/night").text
    assert "The role is set." in page
    assert 'value="case:read" checked' in page
    assert 'value="case:lead" checked' not in page
    assert admins.submit("/people/roles/night", permission=["case:read"]).status_code == 303
    assert 'value="evidence:read" checked' not in admins.get("/people/roles/night").text
    assert admins.submit("/people/roles/night/remove").headers["location"] == "/people/roles"
    assert admins.get("/people/roles/night").status_code == 404


def test_what_was_chosen_stays_beside_what_is_wrong_with_it(admins) -> None:
    answer = admins.submit("/people/add-role", name="Night!", permission=["case:read"])
    assert answer.status_code == 422
    assert 'value="case:read" checked' in answer.text
    assert "A role&#39;s name has" in answer.text
    taken = admins.submit("/people/add-role", name="reviewer", permission=["case:read"])
    assert (taken.status_code, "There is a role reviewer already" in taken.text) == (409, True)
    empty = admins.submit("/people/roles/auditor", reason="so")
    assert (empty.status_code, "A role without any permission is none" in empty.text) == (422, True)


def test_a_built_in_role_is_as_it_came_again(admins) -> None:
    assert admins.submit("/people/roles/analyst", permission=["bank:read"]).status_code == 303
    page = admins.get("/people/roles").text
    assert "Built in, and edited here" in page
    assert "As it came again" in admins.get("/people/roles/analyst").text
    admins.submit("/people/roles/analyst/remove")
    assert "edited here" not in admins.get("/people/roles").text
    as_it_came = admins.submit("/people/roles/analyst/remove")
    assert (as_it_came.status_code, "as it came: it stays" in as_it_came.text) == (400, True)


def test_whoever_may_only_read_sees_what_roles_may_and_no_way_to_alter_them(browser, enrol) -> None:
    browser.enter(enrol("reader@roles.example.org", "auditor"))
    page = browser.get("/people/roles").text
    assert "evidence:check" in page
    assert not re.search(r'href="/people/(add-role|roles/)', page)
