"""Around every request: counted, timed and logged by its route, whatever it asked."""

import json

import pytest
from starlette.testclient import TestClient

from safelight.web.figures import Figures
from safelight.web.logs import set_up_logs
from safelight.web.watching import Watching


@pytest.fixture
def lines(logs_as_before, capfd):
    def ask(client, path: str):
        set_up_logs("info")  # not before: standard error is another one while fixtures are made
        answer = client.get(path)
        return answer, [json.loads(line) for line in capfd.readouterr().err.splitlines()]

    return ask


def test_a_request_is_logged_by_the_pattern_of_its_route(client, lines) -> None:
    answer, (line,) = lines(client, "/api/v1/banks/known/entries?after=1")
    assert (line["route"], line["status"], line["method"]) == ("/api/v1/banks/{bank}/entries", 200, "GET")
    assert line["request"] == answer.headers["x-request-id"]
    assert "known" not in json.dumps(line)


def test_a_path_that_leads_nowhere_is_not_logged(client, lines) -> None:
    _, (line,) = lines(client, "/somebody's/secret")
    assert (line["route"], line["status"]) == ("unknown", 404)
    assert "secret" not in json.dumps(line)


def test_requests_are_counted_by_route_and_status(client) -> None:
    for path in ("/api/v1/banks/known", "/api/v1/banks/other", "/api/v1/banks/none"):
        client.get(path)
    figures = client.get("/metrics").text
    assert 'safelight_requests_total{route="/api/v1/banks/{bank}",status="200"} 2.0' in figures
    assert 'safelight_requests_total{route="/api/v1/banks/{bank}",status="404"} 1.0' in figures


def test_what_nobody_foresaw_is_told_as_a_fault_of_ours_without_its_text(lines) -> None:
    async def failing(*_: object) -> None:
        raise ValueError("secret value")

    answer, (fault, told) = lines(TestClient(Watching(failing, Figures())), "/")
    assert (answer.status_code, answer.json()["code"]) == (500, "error")
    assert (fault["event"], told["status"]) == ("fault", 500)
    assert "secret" not in answer.text + json.dumps(fault)
