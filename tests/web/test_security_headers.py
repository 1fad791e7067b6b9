"""Every answer of the console carries the headers, with a nonce of its own, and no weaker ones beside them."""

import re

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from safelight.web.figures import Figures
from safelight.web.security_headers import NONCE, SecurityHeaders, let_pictures_in
from safelight.web.watching import Watching


def _client(*, is_https: bool = True) -> TestClient:
    def page(request) -> PlainTextResponse:
        weak = {"content-security-policy": "default-src *", "cache-control": "public", "referrer-policy": "unsafe-url"}
        return PlainTextResponse(request.scope[NONCE], headers=weak)

    app = SecurityHeaders(Starlette(routes=[Route("/", page)]), is_https=is_https)
    return TestClient(Watching(app, Figures()))


def test_the_policy_lets_in_nothing_but_what_carries_the_nonce_and_what_is_ours() -> None:
    answer = _client().get("/")
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == f"'nonce-{answer.text}'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["img-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_a_nonce_never_comes_again() -> None:
    client = _client()
    nonces = {client.get("/").text for _ in range(20)}
    assert len(nonces) == 20
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{24}", nonce) for nonce in nonces)


@pytest.mark.parametrize("path", ["/", "/nowhere"])
def test_each_header_is_there_once_also_where_nothing_is_found(path: str) -> None:
    headers = _client().get(path).headers
    told = {
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "x-frame-options": "DENY",
        "strict-transport-security": "max-age=31536000",
    }
    for name, value in told.items():
        assert headers.get_list(name) == [value]
    assert len(headers.get_list("content-security-policy")) == 1


def test_over_plain_http_nobody_is_told_to_come_by_https() -> None:
    assert "strict-transport-security" not in _client(is_https=False).get("/").headers


def test_a_page_that_holds_a_picture_lets_it_in_and_no_answer_after_it_does() -> None:
    def page(request) -> PlainTextResponse:
        if request.query_params:
            let_pictures_in(request.scope)
        return PlainTextResponse("")

    client = TestClient(SecurityHeaders(Starlette(routes=[Route("/", page)]), is_https=True))
    for query, pictures in (("", "'self'"), ("?shown=1", "'self' data:"), ("", "'self'")):
        answer = client.get(f"/{query}")
        policy = answer.headers["content-security-policy"]
        assert f"img-src {pictures};" in policy
        assert policy.count("data:") == len(query) // 8
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
