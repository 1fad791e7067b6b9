"""While a service is being opened it lives and is not ready; then the application answers, or what failed is raised."""

import threading
from collections.abc import Callable

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from safelight.errors import DatabaseUnusable
from safelight.web.opening import Opening


def _never() -> None:
    raise AssertionError("it did not come to this")


@pytest.fixture
def gate():
    gate = threading.Event()
    yield gate
    gate.set()


def _opening(gate: threading.Event, on_open: Callable[[], None]) -> Opening:
    def open_app():
        gate.wait()
        return PlainTextResponse("the application")

    opening = Opening(open_app)
    opening.begin(on_open=on_open, on_failure=_never)
    return opening


def test_until_it_is_open_it_lives_and_is_not_ready(gate: threading.Event) -> None:
    opened = threading.Event()
    opening = _opening(gate, opened.set)
    client = TestClient(opening)
    assert client.get("/health/live").json() == {"status": "live"}
    assert client.get("/health/ready").status_code == 503
    assert client.get("/status/live").text == client.get("/k/key/status/live").text == "I-AM-ALIVE"
    assert (client.get("/status").status_code, client.get("/status").text) == (503, "INDEX-STALE")
    assert not opening.has_ended(0.01)
    gate.set()
    assert opened.wait(10)
    assert client.get("/health/live").text == "the application"
    assert opening.has_ended(10)
    opening.raise_failure()


@pytest.mark.parametrize(("path", "name"), [("/api/v1/lookup", "detail"), ("/m/lookup", "message")])
def test_until_it_is_open_whoever_asks_is_told_to_come_again(gate: threading.Event, path: str, name: str) -> None:
    answer = TestClient(_opening(gate, lambda: None)).post(path)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "being started" in answer.json()[name]


def test_what_the_opening_failed_with_is_raised_where_the_service_ends() -> None:
    def fail():
        raise DatabaseUnusable("It is away.")

    failed = threading.Event()
    opening = Opening(fail)
    opening.begin(on_open=_never, on_failure=failed.set)
    assert failed.wait(10)
    assert opening.has_ended(10)
    with pytest.raises(DatabaseUnusable, match="away"):
        opening.raise_failure()


def test_what_never_began_has_ended() -> None:
    assert Opening(_never).has_ended(0)
