"""One's own passkeys are added, named and removed; others' are not there."""

import re

from safelight.testing.authenticator import SoftAuthenticator
from safelight.web.csrf import HEADER, csrf_token


def add(browser, name: str):
    asked = browser.post("/account/passkeys/options", headers={HEADER: csrf_token(browser.known_token)}).text
    answer = SoftAuthenticator("https://review.example.org").create(asked)
    return browser.submit("/account/passkeys", name=name, answer=answer)


def test_a_passkey_is_added_renamed_and_removed(admins) -> None:
    assert add(admins, "").status_code == 422
    assert add(admins, "blue").headers["location"] == "/account"
    path = re.search(r"/account/passkeys/\d+", admins.get("/account").text)[0]
    assert 'value="blue"' in admins.get(path).text
    assert admins.submit(path, name="\u200b").status_code == 422
    assert admins.submit(path, name="green").headers["location"] == "/account"
    assert "green" in admins.get("/account").text
    assert admins.submit(f"{path}/remove").headers["location"] == "/account"
    assert admins.get(path).status_code == 404


def test_an_answer_to_nothing_is_refused(admins) -> None:
    answer = admins.submit("/account/passkeys", name="blue", answer="{}")
    assert (answer.status_code, 'id="passkey-fault"' in answer.text) == (401, True)


def test_a_passkey_of_somebody_else_is_not_there(admins, app, enrol) -> None:
    add(admins, "blue")
    path = re.search(r"/account/passkeys/\d+", admins.get("/account").text)[0]
    other = admins.__class__(app).enter(enrol("mallory@example.org", "admin"))
    assert other.get(path).status_code == 404
    assert other.submit(path, name="mine").status_code == 404
    assert other.submit(f"{path}/remove").status_code == 404
