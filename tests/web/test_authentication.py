"""Who a request is from is known from memory where it can be, and each is counted."""

import asyncio

import pytest
from starlette.requests import Request

from safelight.errors import RateLimited, Unauthenticated
from safelight.roles import Actor, ActorKind
from safelight.web.authentication import Authentication
from safelight.web.plain_path import PATH_KEY

KNOWN = Actor(kind=ActorKind.SERVICE, name="known")


class Keys:
    def __init__(self, *, is_cached: bool) -> None:
        self.is_cached, self.asked, self.left = is_cached, 0, 2

    def cached(self, secret: str) -> Actor | None:
        return KNOWN if self.is_cached and secret == "s" else None

    def authenticate(self, secret: str) -> Actor:
        self.asked += 1
        if secret != "s":
            raise Unauthenticated("No.")
        return KNOWN

    def charge(self, actor: Actor, cost: int = 1) -> None:
        self.left -= cost
        if self.left < 0:
            raise RateLimited("Too often.")


def _ask(
    authentication: Authentication, *, key: str | None = None, path_key: str | None = None, port: int = 1
) -> Actor:
    headers = [] if key is None else [(b"x-api-key", key.encode())]
    scope = {"type": "http", "headers": headers, "server": ("127.0.0.1", port), PATH_KEY: path_key}
    return asyncio.run(authentication(Request(scope)))


@pytest.mark.parametrize(("is_cached", "asked"), [(True, 0), (False, 1)])
def test_the_database_is_asked_only_where_memory_does_not_know(is_cached: bool, asked: int) -> None:
    keys = Keys(is_cached=is_cached)
    assert _ask(Authentication(keys), key="s") is KNOWN
    assert keys.asked == asked


def test_a_key_in_the_path_counts_as_one_in_a_header() -> None:
    assert _ask(Authentication(Keys(is_cached=False)), path_key="s") is KNOWN


@pytest.mark.parametrize("key", [None, "", "x"])
def test_without_a_key_that_counts_nobody_is_let_in(key: str | None) -> None:
    with pytest.raises(Unauthenticated):
        _ask(Authentication(Keys(is_cached=False)), key=key)


def test_each_request_is_counted() -> None:
    authentication = Authentication(Keys(is_cached=True))
    for _ in range(2):
        _ask(authentication, key="s")
    with pytest.raises(RateLimited):
        _ask(authentication, key="s")


def test_on_its_port_alone_no_key_is_needed() -> None:
    authentication = Authentication(Keys(is_cached=False), keyless_port=7)
    assert _ask(authentication, port=7).name == "keyless"
    with pytest.raises(Unauthenticated):
        _ask(authentication, port=8)
