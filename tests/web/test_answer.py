"""Bodies are read within bounds, and what is wrong with one is told without repeating it."""

import asyncio

import pytest
from pydantic import BaseModel, TypeAdapter
from starlette.requests import Request

from safelight.errors import InvalidValue
from safelight.web.answer import BodyTooLarge, answer_json, read_body, read_model


class Thing(BaseModel):
    numbers: list[int]


def _request(*chunks: bytes) -> Request:
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    messages.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive():
        return messages.pop(0)

    return Request({"type": "http", "headers": []}, receive)


def test_a_body_comes_whole_or_is_too_large() -> None:
    assert asyncio.run(read_body(_request(b"ab", b"c"), 3)) == b"abc"
    with pytest.raises(BodyTooLarge, match="3 bytes"):
        asyncio.run(read_body(_request(b"ab", b"cd"), 3))


def test_a_body_becomes_a_model() -> None:
    assert asyncio.run(read_model(_request(b'{"numbers": [1]}'), TypeAdapter(Thing), 100)).numbers == [1]


@pytest.mark.parametrize("body", [b"", b"{", b'{"numbers": ["secret"]}', b"\xff\xfe"])
def test_what_is_wrong_is_told_with_its_place_and_not_with_its_value(body: bytes) -> None:
    with pytest.raises(InvalidValue, match="nothing was done") as raised:
        asyncio.run(read_model(_request(body), TypeAdapter(Thing), 100))
    assert "secret" not in str(raised.value)


def test_a_hundred_faults_are_counted() -> None:
    body = b'{"numbers": [' + b",".join([b'"x"'] * 100) + b"]}"
    with pytest.raises(InvalidValue, match="and 90 more"):
        asyncio.run(read_model(_request(body), TypeAdapter(Thing), 1000))


def test_an_answer_is_json_and_a_whole_number_that_is_a_ratio_keeps_its_point() -> None:
    answer = answer_json({"ratio": 1.0}, 201, {"Retry-After": "5"})
    assert (answer.body, answer.status_code, answer.headers["retry-after"]) == (b'{"ratio":1.0}', 201, "5")
