"""Bodies are read strictly."""

import asyncio

import pytest
from pydantic import BaseModel
from starlette.requests import Request

from safelight.errors import InvalidValue
from safelight.web.answer import BodyTooLarge
from safelight.web.api.bodies import GivenWhy, Why, read, read_reason
from safelight.web.schemas import body_of


def _request(body: bytes = b"", **headers: str) -> Request:
    async def receive() -> dict:
        return {"type": "http.request", "body": body, "more_body": False}

    named = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return Request({"type": "http", "headers": named, "query_string": b""}, receive)


def _read(body: bytes, model: type[BaseModel], most: int = 1000) -> BaseModel:
    return asyncio.run(read(_request(body), model, most))


def test_no_body_is_an_empty_object() -> None:
    assert _read(b"", Why) == Why(reason="")
    assert _read(b'{"reason": "x"}', GivenWhy) == GivenWhy(reason="x")


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"reason": 5}', b'{"more": 1}', b"null"])
def test_what_is_not_of_the_form_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidValue):
        _read(body, Why)


def test_a_reason_that_has_to_be_given_is_not_left_out() -> None:
    for body in (b"", b'{"reason": ""}'):
        with pytest.raises(InvalidValue, match="reason"):
            _read(body, GivenWhy)


def test_a_body_that_is_too_long_is_not_read() -> None:
    with pytest.raises(BodyTooLarge):
        _read(b" " * 2000, Why)


def test_a_reason_without_a_body_comes_in_a_header() -> None:
    assert read_reason(_request()) == ""
    assert read_reason(_request(safelight_reason="it ended")) == "it ended"
    with pytest.raises(InvalidValue):
        read_reason(_request(safelight_reason="x" * 1001))


def test_a_body_that_may_be_left_out_is_told_to_be_one() -> None:
    assert body_of(Why, is_required=False)["required"] is False
    assert body_of(Why)["required"] is True
