"""One's own sessions are seen and ended; those of others are not there."""

import re

PASSWORD = "grey otters count slowly"


def test_another_session_is_seen_and_ended(app, browser, enrol) -> None:
    person = enrol("two@example.org", "reviewer")
    browser.get("/sign-in")
    browser.submit("/sign-in", name=person.name, password=PASSWORD)
    browser.submit("/sign-in/second", code=person.code())
    first = browser.__class__(app).enter(person)
    path = re.search(r"/account/sessions/\d+/end", browser.get("/account").text)[0]
    stranger = browser.__class__(app).enter(enrol("mallory2@example.org", "admin"))
    assert stranger.submit(path).status_code == 404
    assert first.get("/account").status_code == 200
    assert browser.submit(path).headers["location"] == "/account"
    assert first.get("/account").status_code == 303
    assert browser.submit("/account/sessions/end-others").status_code == 303


def test_whoever_signs_out_is_out_and_told_so(admins) -> None:
    token = admins.cookies["__Host-safelight-session"]
    assert admins.submit("/sign-out").headers["location"] == "/sign-in"
    assert "__Host-safelight-session" not in admins.cookies
    assert "You are signed out." in admins.get("/sign-in").text
    assert admins.take(token).get("/").status_code == 303
