"""HMA's paths are answered as HMA answers them, all others by us."""

import asyncio
from collections.abc import Iterator

import pytest
from prometheus_client import generate_latest
from starlette.testclient import TestClient

from safelight.app.showing_parts import open_showing
from safelight.flow.review.showing import Showing
from safelight.web.asgi import build_app
from safelight.web.authentication import Authentication
from safelight.web.doors import HMA_BEGINNINGS


@pytest.fixture
def showing(service) -> Iterator[Showing]:
    with open_showing(service.house) as showing:
        yield showing


@pytest.mark.parametrize("path", ["/status", "/k/all//status", "/status/live"])
def test_hma_s_health_is_told_in_its_words(app, path: str) -> None:
    answer = TestClient(app).get(path)
    assert (answer.status_code, answer.text) == (200, "I-AM-ALIVE")


def test_a_look_up_is_answered_in_both_forms(client, service) -> None:
    assert client.get("/m/lookup", params={"signal_type": "pdq", "signal": "00" * 32}).json() == {}
    asked = {"signals": [{"type": "pdq", "value": "00" * 32}]}
    assert client.post("/api/v1/lookup", json=asked).json()["results"][0]["matches"] == []


def test_what_is_refused_is_told_in_the_form_of_its_door(app) -> None:
    hma, ours = TestClient(app).get("/c/banks"), TestClient(app).get("/api/v1/banks")
    assert (hma.status_code, set(hma.json())) == (401, {"message"})
    assert (ours.status_code, ours.json()["code"]) == (401, "unauthenticated")
    assert TestClient(app).get("/m/nowhere").status_code == 404


def test_none_of_our_paths_begins_as_one_of_hma_s(client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert not {path.split("/")[1] for path in paths} & HMA_BEGINNINGS


def test_what_asks_about_the_server_as_a_whole_is_no_path_of_anybody_s(app) -> None:
    """`OPTIONS *` has a path without a slash."""
    told = []

    async def ask() -> None:
        async def receive() -> dict:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict) -> None:
            told.append(message)

        scope = {"type": "http", "method": "OPTIONS", "path": "*", "raw_path": b"*", "query_string": b"", "headers": []}
        await app(scope, receive, send)

    asyncio.run(ask())
    assert told[0]["status"] == 404


def test_requests_to_hma_s_paths_are_counted_by_their_patterns(client) -> None:
    client.get("/c/bank/SECRET_NAME")
    figures = client.get("/metrics").text
    assert "SECRET_NAME" not in figures
    assert 'route="/c/bank/{bank}"' in figures


def test_each_role_serves_its_doors_and_always_says_whether_it_lives(service, showing) -> None:
    def status(app, path: str) -> int:
        return TestClient(app, base_url=service.house.settings.resolved_console_origin).get(path).status_code

    authentication = Authentication(service.gate)
    both = build_app(service, authentication, showing=showing)
    console = build_app(service, authentication, has_api=False, showing=showing)
    api = build_app(service, authentication)
    for app in (both, console, api):
        assert status(app, "/health/live") == 200
    assert [status(app, "/sign-in") for app in (both, console, api)] == [200, 200, 404]
    assert [status(app, "/api/v1/banks") for app in (both, console, api)] == [401, 404, 401]
    assert [status(app, "/c/banks") for app in (both, console, api)] == [401, 404, 401]


def test_the_pattern_of_a_page_is_counted_and_not_its_address(service, showing) -> None:
    app = build_app(service, Authentication(service.gate), showing=showing)
    TestClient(app, base_url=service.house.settings.resolved_console_origin).get("/people/4711?next=SECRET")
    figures = generate_latest(app._figures.registry).decode()
    assert 'route="/people/{person:int}"' in figures
    assert "4711" not in figures
