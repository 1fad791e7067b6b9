"""Only pages of our own change anything for whoever is signed in."""

import pytest

from safelight.access.signing_in.relying_party import read_relying_party
from safelight.access.signing_in.token import new_token
from safelight.errors import ForeignRequest
from safelight.web.csrf import csrf_token, is_own_host, require_csrf_token, require_own_origin

PARTY = read_relying_party("https://review.example.org")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "get"])
def test_what_changes_nothing_passes(method: str) -> None:
    require_own_origin(method, {}, PARTY)
    require_csrf_token(method, None, None)


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"sec-fetch-site": "same-origin", "origin": "https://review.example.org"}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"origin": "https://review.example.org"}, True),
        ({}, False),
        ({"referer": "https://review.example.org/"}, False),
        ({"sec-fetch-site": "same-site", "origin": "https://review.example.org"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, False),
        ({"origin": "null"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "http://review.example.org"}, False),
        ({"origin": "https://review.example.org:8443"}, False),
        ({"origin": "https://review.example.org.evil.example"}, False),
    ],
)
def test_what_changes_something_comes_from_our_own_origin(headers: dict[str, str], passes: bool) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "WEIRD"):
        if passes:
            require_own_origin(method, headers, PARTY)
        else:
            with pytest.raises(ForeignRequest):
                require_own_origin(method, headers, PARTY)


def test_the_token_is_that_of_the_session_and_turns_with_it() -> None:
    token, other = new_token(), new_token()
    assert token not in csrf_token(token)
    assert len({csrf_token(token), csrf_token(token), csrf_token(other)}) == 2
    require_csrf_token("POST", token, csrf_token(token))
    for given in (None, "", csrf_token(other), csrf_token(token)[:-1], "é"):
        with pytest.raises(ForeignRequest):
            require_csrf_token("POST", token, given)
    with pytest.raises(ForeignRequest):
        require_csrf_token("POST", None, csrf_token(token))


def test_a_request_names_our_host() -> None:
    assert is_own_host({"host": "Review.example.org"}, PARTY)
    for host in ("review.example.org:8443", "evil.example", "", "review.example.org.evil.example"):
        assert not is_own_host({"host": host}, PARTY)
    assert not is_own_host({}, PARTY)
