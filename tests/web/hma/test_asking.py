import asyncio
import json
from typing import Any

import pytest
from starlette.requests import Request

from safelight.web.hma.answer import Refused
from safelight.web.hma.asking import (
    is_json,
    parse_object,
    query_flag,
    query_names,
    read_flag,
    read_object,
    read_share,
    require_query,
)


def _request(body: bytes = b"", kind: str = "application/json", query: str = "") -> Request:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", kind.encode())]
    return Request({"type": "http", "headers": headers, "query_string": query.encode(), "method": "POST"}, receive)


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=utf-8", "application/problem+json"])
def test_what_is_called_json_is_read(kind: str) -> None:
    assert is_json(_request(kind=kind))
    assert asyncio.run(read_object(_request(b'{"a": 1}', kind))) == {"a": 1}


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"\xff", "application/json", 400),
        (json.dumps("[" * 100_000).encode()[1:-1], "application/json", 400),
    ],
)
def test_what_is_no_object_is_refused(body: bytes, kind: str, status: int) -> None:
    with pytest.raises(Refused) as refused:
        asyncio.run(read_object(_request(body, kind)))
    assert refused.value.status == status


def test_a_text_is_parsed_as_an_object() -> None:
    assert parse_object('{"a": 1}', "metadata") == {"a": 1}
    with pytest.raises(Refused, match="metadata"):
        parse_object("3", "metadata")


def test_a_parameter_that_must_be_there_is_demanded() -> None:
    assert require_query(_request(query="a=1"), "a") == "1"
    with pytest.raises(Refused):
        require_query(_request(query="a="), "a")


def test_a_flag_may_be_written_in_several_ways() -> None:
    assert [read_flag(told, "x") for told in (True, "True", 1, "1", "yes")] == [True] * 5
    assert [read_flag(told, "x") for told in (False, "false", 0, "0", "")] == [False] * 5
    for wrong in (None, 2, "maybe", [], 1.5):
        with pytest.raises(Refused):
            read_flag(wrong, "x")
    assert query_flag(_request(query="x=True"), "x")
    assert not query_flag(_request(), "x")


def test_names_stand_between_commas() -> None:
    assert query_names(_request(query="banks=A,B%2C,%20C"), "banks") == ["A", "B", "C"]
    assert query_names(_request(query="banks="), "banks") is None
    assert query_names(_request(), "banks") is None


def test_a_ratio_becomes_a_share_and_the_smallest_is_not_off() -> None:
    assert [read_share(told) for told in (0, 0.0, "0", 1, "1.0", 0.25, 1e-9)] == [0, 0, 0, 10_000, 10_000, 2_500, 1]
    for wrong in (None, True, "x", -0.1, 1.1, "inf", "nan", [], {}, 10**400):
        with pytest.raises(Refused):
            read_share(wrong)


@pytest.mark.parametrize("text", ["", "[1]", "{", "[" * 100_000, '{"a": "\\ud800"}', '{"\\udfff": 1}', b"\xff"])
def test_what_is_no_object_or_no_text_is_refused(text: str | bytes) -> None:
    with pytest.raises(Refused):
        parse_object(text, "body")
    assert parse_object('{"a": "\\ud83d\\ude00"}', "body") == {"a": "\U0001f600"}
