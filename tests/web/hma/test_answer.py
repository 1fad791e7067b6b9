import json

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from safelight import errors
from safelight.web.hma.answer import Refused, answer_refusal, tell_as_hma
from safelight.web.refusal import refusal_of


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.Unauthenticated("x"), 401),
        (errors.NotAllowed("x"), 403),
        (errors.AlreadyExists("x"), 403),
        (errors.NotFound("x"), 404),
        (errors.InvalidValue("x"), 400),
        (errors.UsageError("x"), 400),
        (errors.ImportRunning("x"), 503),
        (errors.DatabaseUnusable("x"), 503),
        (errors.RateLimited("x"), 429),
        (errors.SafelightError("x"), 500),
    ],
)
def test_an_error_has_the_status_that_hmas_clients_go_by(error: errors.SafelightError, status: int) -> None:
    answer = answer_refusal(refusal_of(error))
    assert answer.status_code == status
    assert json.loads(answer.body) == {"message": "x"}
    assert answer.headers["content-type"] == "application/json"


def test_what_can_be_tried_again_says_when() -> None:
    def headers(error: Exception) -> list[str]:
        return [value for name, value in answer_refusal(refusal_of(error)).headers.items() if name == "retry-after"]

    assert headers(errors.RateLimited("x", retry_after_s=2.4)) == ["3"]
    assert headers(errors.DatabaseUnusable("x")) == ["5"]
    assert headers(errors.ImportRunning("x")) == ["5"]
    assert headers(errors.NotFound("x")) == []


@pytest.mark.parametrize(
    ("error", "status"), [(Refused(415, "x"), 415), (errors.NotFound("x"), 404), (RuntimeError("x"), 500)]
)
def test_an_application_tells_every_error_in_this_form(error: Exception, status: int) -> None:
    async def fail(_request: Request) -> Response:
        raise error

    app = Starlette(routes=[Route("/", fail)])
    tell_as_hma(app)
    answer = TestClient(app, raise_server_exceptions=False).get("/")
    assert answer.status_code == status
    assert answer.json()["message"]
