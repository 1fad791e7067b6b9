"""Signing in by name and password, or by a passkey alone."""

import json

from safelight.testing.authenticator import SoftAuthenticator
from safelight.web.csrf import HEADER, csrf_token

ORIGIN = "https://review.example.org"
PASSWORD = "grey otters count slowly"


def test_whoever_is_signed_in_goes_on_to_where_they_wanted(admins) -> None:
    assert admins.get("/sign-in?next=/keys").headers["location"] == "/keys"


def test_name_and_password_lead_to_the_second_factor_and_then_to_where_one_wanted(browser, enrol) -> None:
    person = enrol("ada@example.org", "reviewer")
    assert 'value="/keys"' in browser.get("/sign-in?next=/keys").text
    answer = browser.submit("/sign-in", name=person.name, password=PASSWORD, next="/keys")
    assert answer.headers["location"] == "/sign-in/second?next=%2Fkeys"
    answer = browser.submit("/sign-in/second", code=person.code(), next="/keys")
    assert answer.headers["location"] == "/keys"
    assert "__Host-safelight-visitor" not in browser.cookies


def test_too_many_wrong_tries_are_told_with_the_time_to_wait(browser) -> None:
    browser.get("/sign-in")
    answers = [browser.submit("/sign-in", name="nobody@example.org", password="x") for _ in range(7)]
    assert [answer.status_code for answer in answers[:5]] == [401] * 5
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0


def options(browser, path: str) -> str:
    return browser.post(path, headers={HEADER: csrf_token(browser.known_token)}).text


def test_a_passkey_lets_in_alone_and_beside_a_password_and_shows_again_who_is_there(browser, enrol) -> None:
    person, device = enrol("grace@example.org", "reviewer"), SoftAuthenticator(ORIGIN)
    browser.enter(person)
    made = device.create(options(browser, "/account/passkeys/options"))
    assert browser.submit("/account/passkeys", name="blue", answer=made).headers["location"] == "/account"
    shown = device.get(options(browser, "/confirm/passkey/options"))
    assert browser.submit("/confirm/passkey", answer=shown).headers["location"] == "/account"
    browser.cookies.clear()
    browser.get("/sign-in")
    shown = device.get(options(browser, "/sign-in/passkey/options"))
    assert browser.submit("/sign-in/passkey", answer=shown).headers["location"] == "/"
    browser.cookies.clear()
    browser.get("/sign-in")
    browser.submit("/sign-in", name=person.name, password=PASSWORD)
    shown = device.get(options(browser, "/sign-in/second/passkey/options"))
    assert browser.submit("/sign-in/second/passkey", answer=shown).headers["location"] == "/"


def test_an_answer_that_is_none_is_refused_beside_the_button(browser) -> None:
    browser.get("/sign-in")
    answer = browser.submit("/sign-in/passkey", answer=json.dumps({"id": "x"}))
    assert (answer.status_code, 'id="passkey-fault"' in answer.text) == (401, True)
