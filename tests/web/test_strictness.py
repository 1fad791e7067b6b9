"""A parameter that a route does not have is refused: a filter that is misspelt would let everything through."""

import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from safelight.errors import InvalidValue
from safelight.web.strictness import with_known_parameters

PARAMETERS = (
    {"name": "after", "in": "query", "schema": {"type": "string"}},
    {"name": "limit", "in": "query", "schema": {"type": "integer"}},
    {"name": "type", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
    {"name": "bank", "in": "path", "schema": {"type": "string"}},
)


def _ask(query: bytes, **path: str) -> Response:
    async def endpoint(_request: Request) -> Response:
        return PlainTextResponse("answered")

    scope = {"type": "http", "query_string": query, "headers": [], "path_params": path}
    return asyncio.run(with_known_parameters(endpoint, PARAMETERS)(Request(scope)))


@pytest.mark.parametrize("query", [b"", b"after=1", b"limit=2&after=", b"type=md5&type=pdq", b"after=%F0%9F%98%80"])
def test_what_a_route_has_is_passed_on(query: bytes) -> None:
    assert _ask(query, bank="known").body == b"answered"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (b"limt=1", "There are: after, limit, type"),
        (b"bank=known", "no such parameter"),
        (b"limit=1&limit=2", "twice"),
        (b"after=%00", "number 0"),
    ],
)
def test_what_it_does_not_have_is_refused(query: bytes, told: str) -> None:
    with pytest.raises(InvalidValue, match=told):
        _ask(query)


def test_a_path_holds_nothing_that_no_text_may() -> None:
    with pytest.raises(InvalidValue, match="number 0"):
        _ask(b"", bank="a\0")
