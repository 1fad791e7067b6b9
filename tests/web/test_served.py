"""What is served is what the document tells of: those paths, those methods, and nothing else."""

from collections.abc import Awaitable, Callable

import pytest
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient

from safelight.web.served import serve_plainly

DOCUMENT = {"openapi": "3.1.0"}


def _telling(words: str) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return PlainTextResponse(f"{words} {request.path_params} {request.scope['route'].path}")

    return answer


@pytest.fixture(scope="module")
def client() -> TestClient:
    router = APIRouter()
    router.add_api_route("/jobs/dead/retry", _telling("all"), methods=["POST"])
    router.add_api_route("/jobs/{job}", _telling("show"), methods=["GET"])
    router.add_api_route("/jobs/{job}", _telling("end"), methods=["DELETE"])
    router.add_api_route("/jobs/{job}/retry", _telling("one"), methods=["POST"])
    return TestClient(serve_plainly(router.routes, lambda: DOCUMENT))


def test_each_method_of_a_path_has_its_answer_and_the_route_is_known_afterwards(client: TestClient) -> None:
    assert client.get("/jobs/7").text == "show {'job': '7'} /jobs/{job}"
    assert client.delete("/jobs/7").text == "end {'job': '7'} /jobs/{job}"


def test_of_two_paths_that_a_request_is_for_the_one_that_was_added_first_answers(client: TestClient) -> None:
    assert client.post("/jobs/dead/retry").text.startswith("all")
    assert client.post("/jobs/7/retry").text.startswith("one")


def test_a_method_that_is_not_told_of_is_refused_with_those_that_are(client: TestClient) -> None:
    for method in ("HEAD", "PUT"):
        answer = client.request(method, "/jobs/7")
        assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (405, {"GET", "DELETE"})


def test_the_document_is_there(client: TestClient) -> None:
    assert client.get("/openapi.json").json() == DOCUMENT
    assert client.post("/openapi.json").status_code == 405
