"""Cookies are as closed as the console's address allows, and what is none of ours is not read."""

import pytest
from starlette.requests import Request
from starlette.responses import Response

from safelight.access.signing_in.relying_party import read_relying_party
from safelight.access.signing_in.token import new_token
from safelight.web.sessions import DEVICE, SESSION, VISITOR, Cookies, browser_label

HTTPS = Cookies(read_relying_party("https://review.example.org"))
LOOPBACK = Cookies(read_relying_party("http://localhost:8680"))


def _scope(*cookies: str, **headers: str) -> dict:
    told = [(b"cookie", cookie.encode("latin-1")) for cookie in cookies]
    told += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "client": ("192.0.2.7", 1), "headers": told}


def _set(cookies: Cookies, *, max_age_s: int | None = None) -> set[str]:
    response = Response()
    cookies.put(response, SESSION, "x" * 43, max_age_s=max_age_s)
    (told,) = response.headers.getlist("set-cookie")
    return {part.strip() for part in told.split(";")}


def test_over_https_the_cookie_is_bound_to_the_host_and_to_encryption() -> None:
    wanted = {f"__Host-safelight-session={'x' * 43}", "HttpOnly", "Path=/", "SameSite=strict", "Secure"}
    assert _set(HTTPS) == wanted  # no Domain: a `__Host-` cookie must have none
    assert _set(HTTPS, max_age_s=60) == wanted | {"Max-Age=60"}


def test_on_this_machine_alone_it_goes_without_encryption_and_without_the_prefix() -> None:
    assert _set(LOOPBACK) == {f"safelight-session={'x' * 43}", "HttpOnly", "Path=/", "SameSite=strict"}


def test_a_dropped_cookie_has_the_same_closures() -> None:
    response = Response()
    HTTPS.drop(response, SESSION)
    told = response.headers["set-cookie"]
    assert "Max-Age=0" in told
    assert "Secure" in told


def test_tokens_are_read_by_kind_and_anything_else_is_not() -> None:
    token, other = new_token(), new_token()
    scope = _scope(f"a=b; __Host-safelight-session={token}; __Host-safelight-device={other}")
    assert (HTTPS.read(scope, SESSION), HTTPS.read(scope, DEVICE), HTTPS.read(scope, VISITOR)) == (token, other, None)
    assert LOOPBACK.read(scope, SESSION) is None


@pytest.mark.parametrize("value", ["", "short", "é" * 43, '"' + "x" * 43 + '"'])
def test_what_is_no_token_is_no_cookie(value: str) -> None:
    assert LOOPBACK.read(_scope(f"safelight-session={value}"), SESSION) is None


def test_two_cookies_that_differ_are_none_for_one_of_them_was_planted() -> None:
    one, other = f"safelight-session={new_token()}", f"safelight-session={new_token()}"
    assert LOOPBACK.read(_scope(one, other), SESSION) is None
    assert LOOPBACK.read(_scope(f"{one}; {other}"), SESSION) is None
    assert LOOPBACK.read(_scope(one, one), SESSION) is not None


def test_a_visitor_gets_a_token_once() -> None:
    token, is_new = LOOPBACK.visitor_of(_scope())
    assert is_new
    assert LOOPBACK.visitor_of(_scope(f"safelight-visitor={token}")) == (token, False)


def test_who_asks_is_told_as_far_as_the_request_shows_it() -> None:
    visitor = new_token()
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    scope = _scope(f"safelight-visitor={visitor}", user_agent=agent)
    caller = LOOPBACK.caller_of(Request(scope))
    assert (caller.address, caller.visitor, caller.device) == ("192.0.2.7", visitor, None)
    assert caller.browser == "Firefox on Linux"


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18 Safari/605.1.15", "Safari on macOS"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_told_without_its_version(agent: str, told: str) -> None:
    assert browser_label(agent) == told


def test_words_that_are_no_secret_are_read_and_nothing_else_is() -> None:
    assert HTTPS.read_words(_scope("__Host-safelight-look=es.low.keys"), "look") == "es.low.keys"
    for cookie in ("__Host-safelight-look=", "__Host-safelight-look=<b>", "safelight-look=es.low.keys"):
        assert HTTPS.read_words(_scope(cookie), "look") is None
    assert HTTPS.read_words(_scope("__Host-safelight-look=a; __Host-safelight-look=b"), "look") is None
