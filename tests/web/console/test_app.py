"""The console as a whole: its headers, its host, its errors, and what strangers try with it."""

import re

import pytest
from starlette.testclient import TestClient

from safelight.web.console.app import ConsoleApp
from safelight.web.doors import API_BEGINNINGS, HMA_BEGINNINGS, PROBES

ORIGIN = "https://review.example.org"


def test_every_answer_has_the_headers_that_keep_others_out(browser) -> None:
    for path in ("/sign-in", "/", "/nowhere", "/keys"):
        headers = browser.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"


def test_scripts_and_styles_carry_the_nonce_of_their_answer(browser) -> None:
    answer = browser.get("/sign-in")
    nonces = set(re.findall(r'nonce="([^"]+)"', answer.text))
    assert len(nonces) == 1
    assert f"'nonce-{nonces.pop()}'" in answer.headers["content-security-policy"]
    assert len(re.findall(r"<(?:script|link)\b", answer.text)) == answer.text.count("nonce=")
    assert browser.get("/sign-in").text != answer.text


def test_the_console_answers_under_its_own_name_alone(app: ConsoleApp) -> None:
    for origin in ("https://evil.example", "http://127.0.0.1:8680", f"{ORIGIN}:8443"):
        answer = TestClient(app, base_url=origin).get("/sign-in")
        assert (answer.status_code, ORIGIN in answer.text) == (421, True)


def test_what_is_not_there_is_a_page_and_says_how_to_go_on(browser) -> None:
    answer = browser.get("/<script>alert(1)</script>")
    assert (answer.status_code, "not_found" in answer.text) == (404, True)
    assert "<script>alert" not in answer.text
    assert browser.get("/people/99999999999999999999").status_code in {303, 404}
    assert browser.put("/sign-in").status_code == 405


def test_a_fault_of_ours_is_a_page_that_tells_nothing_of_it(app: ConsoleApp, browser, monkeypatch) -> None:
    def broken(*_args, **_more):
        raise RuntimeError("SECRET")

    monkeypatch.setattr("safelight.flow.signing_in.arriving.begin_sign_in", broken)
    browser.get("/sign-in")
    answer = browser.submit("/sign-in", name="Ada", password="x")
    assert (answer.status_code, "SECRET" in answer.text) == (500, False)
    assert "A fault of ours" in answer.text


def test_no_page_has_an_address_of_another_door(door) -> None:
    words = {rule.path.split("/")[1] for rule in door.rules}
    assert not words & (HMA_BEGINNINGS | API_BEGINNINGS)
    assert not {rule.path for rule in door.rules} & PROBES


@pytest.mark.parametrize(
    "text", ["{{ 12345679 * 8 }}", "<img src=x onerror=alert(1)>", '" autofocus onfocus="x', "{% raw %}"]
)
def test_what_somebody_enters_is_given_back_as_text(text: str, browser, admins) -> None:
    admins.get("/")
    answer = admins.submit("/people/add", name=text * 20, role="reviewer")
    assert answer.status_code == 422
    assert "98765432" not in answer.text
    assert "<img" not in answer.text
    assert 'onfocus="x' not in answer.text
    visitor = browser.__class__(browser.app)
    visitor.get("/sign-in")
    given = visitor.submit("/sign-in", name=text, password="x" * 20).text
    assert "<img" not in given
    assert "x" * 20 not in given


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", "/nowhere", "/sign-out"])
def test_nobody_is_led_anywhere_else_after_signing_in(path: str, admins) -> None:
    assert admins.get("/sign-in", params={"next": path}).headers["location"] == "/"
    assert admins.submit("/look", next=path, theme="dark").headers["location"] == "/"


def test_the_token_is_another_after_each_step_of_signing_in(browser, enrol) -> None:
    person = enrol("fixated@example.org", "reviewer")
    browser.get("/sign-in")
    planted = browser.cookies["__Host-safelight-visitor"]
    seen = [planted]
    browser.submit("/sign-in", name=person.name, password="grey otters count slowly")
    seen.append(browser.cookies["__Host-safelight-session"])
    browser.submit("/sign-in/second", code=person.code())
    seen.append(browser.cookies["__Host-safelight-session"])
    browser.submit("/confirm", password="grey otters count slowly")
    seen.append(browser.cookies["__Host-safelight-session"])
    assert len(set(seen)) == 4
    assert browser.get("/").status_code == 200
    for old in seen[1:3]:
        assert browser.__class__(browser.app).take(old).get("/").status_code == 303


def test_what_the_pages_keep_in_cookies_is_out_of_reach_of_scripts_and_other_sites(browser) -> None:
    set_cookie = browser.get("/sign-in").headers["set-cookie"]
    for word in ("__Host-", "HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert word in set_cookie
