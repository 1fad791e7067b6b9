"""What strangers and insiders try with every page there is: frames, forged forms, other places, markup, fixed sessions.

What each page needs, and that no form is taken without the token of its session and our own origin, is in test_door.py;
that a number of somebody else's leads nowhere, in the test of each page.
"""

import re

import pytest

from safelight.access.signing_in.token import new_token
from safelight.roles import Permission
from safelight.web.console.door import Door, Rule, Who
from safelight.web.console.rendering import FOLDER
from safelight.web.csrf import FIELD, csrf_token

ELSEWHERE = (
    "//evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/%2f%2fevil.example",
    "/.//evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "/jobs\r\nLocation: https://evil.example",
    "/nowhere",
    "/sign-out",
    "https://review.example.org@evil.example",
)
GOES_ON = ("/sign-in", "/confirm", "/look", "/welcome")
"""What the paths of pages begin with that go on to where somebody was going."""

WICKED = "{{ 1337 * 1337 }}{% raw %}<script>alert(1)</script>\" onfocus='alert(1)"
RECKONED = "1787569"
ENDS_THE_SESSION = {"/sign-out", "/account/sessions/end-others"}
FIELDS = sorted({
    name
    for template in FOLDER.glob("*.html")
    for name in re.findall(r'(?:name="|ui\.field\(")([a-z_]+)"', template.read_text())
    if name != FIELD
})  # fmt: skip
"""The name of every field of every form."""


@pytest.fixture
def addresses(records, bureau):
    """Give the address of a rule at which there is something, where these records have it.

    The report is a new one for each test, which may end it; it is made where a test comes to an address of one.
    """
    known = {
        "bank": records.bank,
        "entry": str(records.entries["md5"]),
        "case": str(records.case),
        "item": str(records.item),
        "evidence": records.evidence,
    }

    def find(found: re.Match[str]) -> str:
        if found[1] == "report" and "report" not in known:
            known["report"] = str(bureau.draft(bureau.case(), bureau.reviewing.person("reporter")).id)
        return known.get(found[1], "1")

    def at(rule: Rule) -> str:
        return re.sub(r"\{(\w+)(?::int)?\}", find, rule.path)

    return at


def is_harmless(answer) -> bool:
    """Whether nothing of what was sent became markup or was reckoned by a template."""
    text = answer.text
    return not any(each in text for each in ("<script>alert", RECKONED, "onfocus='alert", '" onfocus'))


def test_no_answer_of_any_page_can_be_framed_kept_or_sniffed(door: Door, admins, addresses) -> None:
    for rule in door.rules:
        if rule.path in ENDS_THE_SESSION:
            continue
        path = addresses(rule)
        answer = admins.get(path) if rule.method == "GET" else admins.submit(path)
        assert answer.status_code < 500, rule
        told = answer.headers
        assert "frame-ancestors 'none'" in told["content-security-policy"], rule
        assert "default-src 'none'" in told["content-security-policy"], rule
        assert "unsafe" not in told["content-security-policy"], rule
        assert told["x-frame-options"] == "DENY", rule
        assert told["cache-control"] == "no-store", rule
        assert told["x-content-type-options"] == "nosniff", rule
        assert told["referrer-policy"] == "same-origin", rule


def test_no_page_has_a_style_or_a_script_of_its_own_or_of_somebody_else(door: Door, admins, addresses) -> None:
    for rule in door.rules:
        if rule.method == "GET":
            text = admins.get(addresses(rule)).text
            assert not re.search(r"<[^>]+\s(?:style|on[a-z]+)=", text), rule
            for tag in re.findall(r"<(?:script|link|style)\b[^>]*>", text):
                assert 'nonce="' in tag, rule
            assert not re.search(r'(?:src|action)="(?:https?:)?//', text), rule


@pytest.mark.parametrize("given", ELSEWHERE)
def test_no_page_leads_anywhere_else(given: str, door: Door, admins, browser, addresses) -> None:
    """By the address and by the form, whoever has signed in or has not: each page; all of these where one goes on."""
    visitor = browser.__class__(browser.app)
    visitor.get("/sign-in")
    is_first = given == ELSEWHERE[0]
    for rule in door.rules:
        if rule.path in ENDS_THE_SESSION or not (is_first or rule.path.startswith(GOES_ON)):
            continue
        for who in (admins, visitor):
            path = addresses(rule)
            answer = who.get(path, params={"next": given}) if rule.method == "GET" else who.submit(path, next=given)
            assert "evil.example" not in answer.headers.get("location", "").partition("?next=")[0], rule
            assert answer.headers.get("location", "/").startswith("/"), rule
            assert not re.search(r'(?:href|action)="[^"?]*evil', answer.text), rule
            assert 'name="next"' not in answer.text or "evil" not in answer.text, rule


def test_markup_in_an_address_stays_text_on_every_page(door: Door, admins, addresses) -> None:
    names = ("after", "state", "target", "verb", "actor", "type", "run", "next", *FIELDS)
    for rule in door.rules:
        if rule.method == "GET":
            answer = admins.get(addresses(rule), params=dict.fromkeys(names, WICKED))
            assert is_harmless(answer), rule
            assert answer.status_code < 500, rule
            in_path = admins.get(re.sub(r"\{\w+\}", "{{1337*1337}}<script>alert(1)<script>", addresses(rule)))
            assert is_harmless(in_path), rule


def test_markup_in_any_field_stays_text_on_every_page(door: Door, admins, addresses) -> None:
    assert len(FIELDS) > 15
    for rule in door.rules:
        if rule.method == "POST" and rule.path not in ENDS_THE_SESSION:
            answer = admins.submit(addresses(rule), **dict.fromkeys(FIELDS, WICKED))
            assert is_harmless(answer), rule
            assert answer.status_code < 500, rule


def test_a_number_that_no_database_counts_to_is_not_there(door: Door, admins) -> None:
    for rule in door.rules:
        if "{" in rule.path:
            for number in ("0", "9223372036854775808", "9" * 40):
                path = re.sub(r"\{\w+(:int)?\}", number, rule.path)
                answer = admins.get(path) if rule.method == "GET" else admins.submit(path)
                assert answer.status_code in {303, 400, 403, 404, 422}, (rule, number, answer.status_code)


def test_a_session_that_somebody_else_planted_is_nobodys(browser, enrol) -> None:
    person, planted = enrol("planted@example.org", "reviewer"), new_token()
    browser.take(planted)
    assert browser.get("/").headers["location"].startswith("/sign-in")
    browser.get("/sign-in")
    browser.submit("/sign-in", name=person.name, password="grey otters count slowly")
    browser.submit("/sign-in/second", code=person.code())
    held = [cookie.value for cookie in browser.cookies.jar if cookie.name == "__Host-safelight-session"]
    assert held
    thief = browser.__class__(browser.app).take(planted)
    assert thief.get("/").headers["location"].startswith("/sign-in")


def test_a_token_of_one_session_is_worth_nothing_in_another(door: Door, admins, enrol) -> None:
    other = enrol("other-session@example.org", "admin")
    for rule in door.rules:
        if rule.method == "POST":
            path = re.sub(r"\{\w+(:int)?\}", "1", rule.path)
            answer = admins.post(path, data={FIELD: csrf_token(other.signed_in.token)})
            assert answer.status_code == 403, rule


def test_what_changes_something_is_never_done_by_get(door: Door, admins) -> None:
    read = {rule.path for rule in door.rules if rule.method == "GET"}
    for rule in door.rules:
        if rule.method == "POST" and rule.path not in read:
            path = re.sub(r"\{\w+(:int)?\}", "1", rule.path)
            assert admins.get(path).status_code in {404, 405}, rule
            assert admins.get(path, headers={"x-http-method-override": "POST"}).status_code in {404, 405}, rule


def test_whoever_signed_in_and_may_nothing_opens_what_is_their_own_alone(door: Door, browser, enrol, addresses) -> None:
    browser.enter(enrol("nothing@attacks.example.org"))
    for rule in door.rules:
        if isinstance(rule.needs, Permission):
            path = addresses(rule)
            answer = browser.get(path) if rule.method == "GET" else browser.submit(path)
            assert answer.status_code == 403, rule
            assert "records" not in answer.text.partition("<main")[2].partition("not_allowed")[0], rule


def test_every_rule_is_tried(door: Door) -> None:
    assert {rule.method for rule in door.rules} == {"GET", "POST"}
    assert all(isinstance(rule.needs, Permission | Who) for rule in door.rules)
