"""Whatever goes wrong has its status, and says nothing of the request; each door puts the same into its own form."""

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from safelight import errors
from safelight.intake.spool import ContentTooLarge
from safelight.web.answer import BodyTooLarge
from safelight.web.arriving import ArrivalCutOff
from safelight.web.places import NoPlace
from safelight.web.refusal import Refusal, refusal_of, status_of, tell_refusals


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotFound("x"), 404),
        (errors.InvalidValue("x"), 422),
        (errors.NothingToMatch("x"), 503),
        (errors.UsageError("x"), 400),
        (errors.NotAllowed("x"), 403),
        (errors.Unauthenticated("x"), 401),
        (errors.RateLimited("x"), 429),
        (errors.KeysNotExported("x"), 503),
        (errors.DatabaseUnusable("x"), 503),
        (errors.ClockWrong("x"), 503),
        (errors.EvidenceDamaged("x"), 500),
        (errors.SafelightError("x"), 500),
        (errors.ListRefused("x"), 422),
        (errors.ChangedMeanwhile("x"), 412),
        (errors.OutboundRefused("x"), 400),
        (errors.OutboundFailed("x"), 502),
        (errors.OutboundTimedOut("x"), 504),
        (errors.OutboundTooLarge("x"), 413),
    ],
)
def test_every_error_has_a_status(error: errors.SafelightError, status: int) -> None:
    assert status_of(error) == status
    assert refusal_of(error).code == error.code


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (BodyTooLarge(5), 413, "too_large"),
        (ContentTooLarge("more than 5 bytes came"), 413, "too_large"),
        (ArrivalCutOff("It broke off."), 408, "cut_off"),
        (ClientDisconnect(), 408, "cut_off"),
        (NoPlace("All are taken."), 503, "busy"),
        (HTTPException(404), 404, "not_found"),
        (HTTPException(405), 405, "method_not_allowed"),
        (HTTPException(400, "Broken."), 400, "usage"),
    ],
)
def test_what_the_door_itself_refuses_has_one_too(error: Exception, status: int, code: str) -> None:
    refusal = refusal_of(error)
    assert (refusal.status, refusal.code) == (status, code)
    assert refusal.detail


def test_what_nobody_foresaw_is_told_without_its_text() -> None:
    refusal = refusal_of(RuntimeError("a listed value"))
    assert (refusal.status, refusal.code) == (500, "error")
    assert "listed" not in refusal.detail


def test_what_can_be_tried_again_says_when_in_whole_seconds() -> None:
    def after(error: Exception) -> str | None:
        return refusal_of(error).headers.get("Retry-After")

    assert after(errors.RateLimited("x", retry_after_s=0.1)) == "1"
    assert after(errors.RateLimited("x", retry_after_s=2.2)) == "3"
    assert after(errors.DatabaseUnusable("x")) == "5"
    assert after(errors.SpoolFull("x")) == "60"
    assert after(errors.RequestInFlight("x")) == "10"
    assert after(errors.NothingToMatch("x")) == "5"
    assert after(NoPlace("x")) == "1"
    assert after(errors.NotFound("x")) is None


def test_who_has_no_key_is_told_how_to_send_one() -> None:
    assert refusal_of(errors.Unauthenticated("x")).headers == {"WWW-Authenticate": "Bearer"}


def _in_words(refusal: Refusal) -> Response:
    return PlainTextResponse(f"{refusal.code}: {refusal.detail}", refusal.status, headers=dict(refusal.headers))


def test_an_application_tells_every_error_in_its_own_manner() -> None:
    async def fail(request: Request) -> Response:
        raise {"known": errors.NotAllowed("Not you."), "unknown": RuntimeError("a listed value")}[
            request.path_params["how"]
        ]

    app = Starlette(routes=[Route("/{how}", fail)])
    tell_refusals(app, _in_words)
    client = TestClient(app, raise_server_exceptions=False)
    assert (client.get("/known").status_code, client.get("/known").text) == (403, "not_allowed: Not you.")
    assert client.get("/unknown").text.startswith("error: A fault of ours")
    assert client.get("/no/where").status_code == 404
    assert client.post("/known").headers["allow"]
    with pytest.raises(RuntimeError):  # for the log
        TestClient(app).get("/unknown")
