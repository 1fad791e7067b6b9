"""The application as a whole: every route has its permission, every error its problem, and nothing leaks."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from safelight.errors import DatabaseUnusable
from safelight.roles import EVERY_PERMISSION, Permission
from safelight.web.asgi import build_app
from safelight.web.authentication import Authentication
from safelight.web.door import NONE_TAKEN, PERMISSION
from safelight.web.served import DOCUMENT_PATH

OPEN = {"/health/live", "/health/ready"}


def _routes(client: TestClient) -> list[tuple[str, str, str]]:
    """Return method, path and permission of every route that the application tells of."""
    paths = client.get("/openapi.json").json()["paths"]
    return [
        (method.upper(), path, told.get(PERMISSION, ""))
        for path, each in paths.items()
        for method, told in each.items()
    ]


def test_every_route_says_what_permission_it_takes(client) -> None:
    routes = _routes(client)
    assert len(routes) > 10
    for _, path, permission in routes:
        assert permission == NONE_TAKEN if path in OPEN else permission in {each.value for each in Permission}


def test_every_route_of_the_application_is_told_of(app, client) -> None:
    while not isinstance(app, Starlette):
        app = getattr(app, "_ours", None) or app._app
    served = {(method, route.path) for route in app.routes for method in route.methods}
    assert served - {("GET", DOCUMENT_PATH)} == {(method, path) for method, path, _ in _routes(client)}


def test_without_a_key_or_with_an_unknown_one_nothing_but_health_is_answered(app, client, client_of) -> None:
    for asking in (TestClient(app), client_of("unknown")):
        for method, path, permission in _routes(client):
            answer = asking.request(method, path.replace("{", "").replace("}", ""))
            if permission == NONE_TAKEN:
                assert answer.status_code == 200
            else:
                assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), path
                assert answer.headers["www-authenticate"] == "Bearer"


def test_a_key_without_the_permission_is_refused_by_each_route(client, client_of, keys) -> None:
    for method, path, permission in _routes(client):
        if permission != NONE_TAKEN:
            others = EVERY_PERMISSION - {Permission(permission)}
            asking = client_of(keys.add(f"not {permission}", *others))
            answer = asking.request(method, path.replace("{", "").replace("}", ""))
            assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), path


def test_a_key_in_the_path_counts_and_is_told_nowhere(app, capfd) -> None:
    client = TestClient(app)
    assert client.get("/k/all/api/v1/banks").status_code == 200
    assert client.get("http://testserver//k/all//api//v1/banks").status_code == 200
    assert client.get("/k/wrong/api/v1/banks").status_code == 401
    assert client.get("/k/wrong/nowhere").status_code == 404
    captured = capfd.readouterr()
    assert "wrong" not in captured.out + captured.err
    assert "wrong" not in client.get("/k/all/metrics").text


def test_a_key_in_a_header_of_its_own_counts(app) -> None:
    assert TestClient(app, headers={"X-API-Key": "all"}).get("/api/v1/banks").status_code == 200


def test_who_asks_too_often_is_told_when_to_come_again(client, keys) -> None:
    keys.is_used_up = True
    answer = client.get("/api/v1/banks")
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (429, "rate_limited", "3")


def test_what_is_not_there_is_a_problem_too(client) -> None:
    nowhere, method = client.get("/nowhere"), client.put("/api/v1/banks")
    assert (nowhere.status_code, nowhere.headers["content-type"]) == (404, "application/problem+json")
    assert (method.status_code, method.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in method.headers["allow"]


def test_a_database_that_is_away_is_told_and_is_no_fault_of_the_request(client, service, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise DatabaseUnusable("It is away.")

    monkeypatch.setattr("safelight.banks.queries.list_banks", fail)
    answer = client.get("/api/v1/banks")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unusable")


def test_a_fault_of_ours_is_told_without_its_text(client, monkeypatch, capfd) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret value")

    monkeypatch.setattr("safelight.banks.queries.list_banks", fail)
    answer = client.get("/api/v1/banks")
    assert (answer.status_code, answer.json()["code"]) == (500, "error")
    captured = capfd.readouterr()
    assert "secret value" not in answer.text + captured.out + captured.err


def test_answers_are_not_kept_by_anybody_on_the_way(client) -> None:
    headers = client.get("/api/v1/banks").headers
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert len(headers["x-request-id"]) == 32


def test_two_applications_do_not_share_figures(service, keys, client) -> None:
    client.get("/api/v1/banks")
    other = TestClient(build_app(service, Authentication(keys)), headers={"X-API-Key": "all"})
    assert 'route="/api/v1/banks"' not in other.get("/metrics").text


@pytest.mark.parametrize("path", sorted(OPEN))
def test_health_tells_nothing_but_health(app, path: str) -> None:
    assert set(TestClient(app).get(path).json()) <= {"status", "troubles"}
