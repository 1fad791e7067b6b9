"""No page is opened by whom it is not for, and nothing is changed but from a page of ours."""

import re
from collections.abc import Callable

import pytest
from starlette.responses import PlainTextResponse

from safelight.access.role import BUILT_IN
from safelight.errors import EvidenceHeld, RateLimited
from safelight.flow import access
from safelight.flow.signing_in import arriving, enrolling
from safelight.flow.signing_in.desk import Caller
from safelight.roles import Permission
from safelight.web.console.app import open_door
from safelight.web.console.door import Door, Who
from safelight.web.csrf import FIELD, csrf_token

# What needs no permission, in full: whoever adds to it says here why it shows nothing but what is one's own.
OPEN_TO_ANYBODY = {
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/sign-in/passkey/options"),
    ("POST", "/sign-in/passkey"),
    ("GET", "/sign-in/code"),
    ("POST", "/sign-in/code"),
    ("POST", "/sign-out"),
    ("GET", "/look"),
    ("POST", "/look"),
    ("GET", "/keys"),
}
NOT_FRESH = {("POST", "/jobs/{job:int}/retry"), ("POST", "/flags/add"), ("POST", "/cases/open")}
# What reviewers do all day: to be asked each time who they are would only teach them to answer without thought.
WORK = ("/queue/", "/cases/{case", "/groups/", "/exposures/", "/reports/{report")
# Of a report, what lets it leave the house, or not leave it, takes a second look all the same.
LEAVES = {"approve", "withdraw", "retry", "hand-over", "receipt"}
# What is sent and takes no permission to write, with the one that it takes instead.
TAKES_ANOTHER = {
    "/evidence/{evidence}/manifest": Permission.EVIDENCE_READ,  # opens it; each purpose takes its own permission too
    "/evidence/{evidence}/destroy": Permission.HOLD_RELEASE,
    "/evidence/{evidence}/orders/{order:int}/confirm": Permission.HOLD_RELEASE,
    "/dose/staff-code": Permission.AUDIT_READ,  # only reads, and is on record: an address alone must not do it
}
WRONG_TOKENS = ({}, {FIELD: "wrong"}, {FIELD: csrf_token("another session's")})
WRONG_ORIGINS = ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"})


def filled(path: str) -> str:
    return re.sub(r"\{\w+(:int)?\}", "999", path)


def is_let_in(answer, path: str) -> bool:
    """Whether an answer is the page's own, or one about what is not there, and none that turns somebody away."""
    if answer.status_code == 303:
        return not re.match(r"/(sign-in|confirm|welcome)(\?|$)", answer.headers["location"])
    return answer.status_code not in {401, 403}


def test_every_page_says_what_it_needs(door: Door) -> None:
    assert len(door.rules) == len(door.routes) > 30
    assert all(isinstance(rule.needs, Permission | Who) for rule in door.rules)
    assert {(r.method, r.path) for r in door.rules if r.needs is Who.ANYBODY} == OPEN_TO_ANYBODY


def test_what_changes_something_for_others_takes_a_permission_and_a_second_look(door: Door) -> None:
    for rule in door.rules:
        if rule.path.startswith(WORK):
            assert rule.method == "GET" or rule.needs in {
                Permission.CASE_DECIDE,
                Permission.CASE_WRITE,
                Permission.EVIDENCE_REVIEW,
                Permission.REPORT_WRITE,
                Permission.REPORT_APPROVE,
                Permission.OUTCOME_WRITE,
                Permission.ACTION_WRITE,
            }
            assert rule.is_fresh is (rule.path.rpartition("/")[2] in LEAVES)
        elif rule.method == "POST" and isinstance(rule.needs, Permission):
            assert rule.needs.value.endswith(":write") or rule.needs is TAKES_ANOTHER.get(rule.path), rule
            assert rule.is_fresh or (rule.method, rule.path) in NOT_FRESH


def test_whoever_has_not_signed_in_is_led_to_it_from_every_other_page(door: Door, browser) -> None:
    browser.get("/sign-in")
    for rule in door.rules:
        if rule.needs is not Who.ANYBODY:
            path = filled(rule.path)
            answer = browser.get(path) if rule.method == "GET" else browser.submit(path)
            assert answer.status_code == 303, rule
            assert answer.headers["location"].startswith("/sign-in"), rule


@pytest.mark.parametrize("role", sorted(BUILT_IN))
def test_a_role_opens_what_its_permissions_say_and_nothing_else(role: str, door: Door, browser, enrol, console) -> None:
    browser.enter(enrol(f"{role}@matrix.example.org", role))
    for rule in door.rules:
        if rule.path in {"/sign-out", "/account/sessions/end-others"} or rule.needs is Who.SETTING_UP:
            continue
        path = filled(rule.path)
        answer = browser.get(path) if rule.method == "GET" else browser.submit(path)
        if isinstance(rule.needs, Permission):
            assert is_let_in(answer, path) == (rule.needs in BUILT_IN[role]), (rule, answer.status_code)
        if rule.needs in {Who.AWAITING, Who.ENROLLING}:
            assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_nobody_does_anything_before_the_second_factor_or_the_end_of_setting_up(door, browser, enrol, invite, console):
    enrol("half@example.org", "admin")
    caller = Caller(address="192.0.2.9")
    awaiting = arriving.begin_sign_in(console.desk, caller, "half@example.org", "grey otters count slowly").token
    enrolling_token, _ = enrolling.begin_enrolment(console.desk, caller, invite("new@example.org", "admin"))
    places = {Who.AWAITING: (awaiting, "/sign-in/second"), Who.ENROLLING: (enrolling_token, "/welcome")}
    for who, (token, place) in places.items():
        browser.take(token)
        for rule in door.rules:
            allowed = {Who.ANYBODY, who} | ({Who.SETTING_UP} if who is Who.ENROLLING else set())
            if rule.needs not in allowed:
                path = filled(rule.path)
                answer = browser.get(path) if rule.method == "GET" else browser.submit(path)
                assert (answer.status_code, answer.headers.get("location")) == (303, place), rule


@pytest.mark.parametrize("tried", [1, pytest.param(3, marks=pytest.mark.long)])
def test_every_change_needs_the_token_of_its_session_and_our_own_origin(tried: int, door: Door, admins) -> None:
    """Each form is tried with one of the wrong tokens and one of the wrong origins, in turn; the long run tries all."""
    own = {FIELD: csrf_token(admins.known_token)}
    for number, rule in enumerate(rule for rule in door.rules if rule.method == "POST"):
        for kind in range(number, number + tried):
            path = filled(rule.path)
            assert admins.post(path, data=WRONG_TOKENS[kind % 3]).status_code == 403, rule
            answer = admins.post(path, data=own, headers=WRONG_ORIGINS[kind % 3])
            assert answer.status_code == 403, rule
            assert "foreign_request" in answer.text


def test_a_permission_that_was_taken_away_counts_no_more_at_the_next_request(browser, enrol, console, by_hand) -> None:
    browser.enter(enrol("moved@example.org", "auditor"))
    assert browser.get("/jobs").status_code == 200
    access.set_person_roles(console.engine, console.clock, by_hand, "moved@example.org", role_names=["reviewer"])
    assert browser.get("/jobs").status_code == 403
    assert 'href="/jobs"' not in browser.get("/").text
    access.disable_person(console.engine, console.clock, by_hand, "moved@example.org")
    assert browser.get("/").headers["location"].startswith("/sign-in")


def test_what_is_worth_a_second_look_is_asked_for_once_that_was_long_ago(browser, enrol, moving) -> None:
    browser.enter(enrol("stale@example.org", "admin"))
    assert browser.get("/people/add").status_code == 200
    moving.move(minutes=11)
    answer = browser.get("/people/add")
    assert (answer.status_code, answer.headers["location"]) == (303, "/confirm?next=%2Fpeople%2Fadd")
    assert browser.submit("/people/add", name="x", role="admin").headers["location"].startswith("/confirm")
    assert browser.get("/people").status_code == 200


def test_a_session_that_is_over_leads_to_sign_in_and_back(browser, enrol, moving) -> None:
    browser.enter(enrol("late@example.org", "auditor"))
    moving.move(minutes=31)
    answer = browser.get("/jobs?state=dead")
    assert answer.headers["location"] == "/sign-in?next=%2Fjobs%3Fstate%3Ddead"
    assert "Your session is over" in browser.get(answer.headers["location"]).text
    assert browser.submit("/sign-out").status_code == 303


def test_a_form_of_another_kind_or_size_is_refused(admins) -> None:
    assert admins.post("/look", json={}).status_code == 422
    assert admins.post("/look", data={"a": "x" * 300_000}).status_code == 413
    assert "too_large" in admins.post("/look", data={"a": "x" * 300_000}).text


@pytest.fixture
def added(console) -> Callable[..., Door]:
    """A door with one more page, that anybody may open."""

    def do(handle) -> Door:
        door = open_door(console)
        door.page("GET", "/added", Who.ANYBODY)(handle)
        return door

    return do


def test_errors_are_told_as_pages_with_their_codes(added) -> None:
    def held(_visit):
        raise EvidenceHeld("A hold keeps it.")

    def often(_visit):
        raise RateLimited("Too often.", retry_after_s=2.5)

    for handle, status, code in ((held, 409, "evidence_held"), (often, 429, "rate_limited")):
        answer = open_page(added(handle))
        assert (answer.status_code, code in answer.text) == (status, True)
    assert answer.headers["retry-after"] == "3"
    assert "www-authenticate" not in answer.headers


def test_a_page_is_answered(added) -> None:
    assert open_page(added(lambda _visit: PlainTextResponse("yes"))).text == "yes"


def open_page(door: Door):
    from starlette.applications import Starlette
    from starlette.testclient import TestClient

    app = Starlette(routes=door.routes)
    app.state.is_known = lambda path: True
    return TestClient(app, base_url="https://review.example.org").get("/added")
