"""After signing in one goes to a page of ours and nowhere else."""

import time

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from safelight.web.returning import known_pages, return_path


def _page(_request) -> PlainTextResponse:
    return PlainTextResponse("")


KNOWN = known_pages(
    [
        Route("/", _page),
        Route("/cases", _page),
        Route("/cases/{case:int}", _page),
        Route("/decide", _page, methods=["POST"]),
        Mount("/own", routes=[Route("/sessions", _page)]),
    ]
)


@pytest.mark.parametrize("given", ["/", "/cases", "/cases/17", "/cases?state=open&after=17", "/own/sessions"])
def test_pages_of_ours_are_known(given: str) -> None:
    assert return_path(given, KNOWN) == given


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "cases",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "https://evil.example/cases",
        "javascript:alert(1)",
        "/%2fevil.example",
        "/cases/../own/sessions",
        "/cases/./17",
        "/cases//17",
        "/cases\n",
        "/\tcases",
        "/cases#x",
        "/cases?next=https://evil.example",
        "/cases?x=%0d%0a",
        "/cases@evil.example",
        "/nowhere",
        "/decide",
        "/cases/x",
        "/" + "a" * 600,
    ],
)
def test_anything_else_leads_home(given: str | None) -> None:
    assert return_path(given, KNOWN, "/home") == "/home"


def test_no_path_takes_long_to_look_at() -> None:
    before = time.monotonic()
    return_path("/" + "a" * 490 + "!", KNOWN)
    assert time.monotonic() - before < 1
