"""Every error has its status, and its answer says the code and nothing of the request."""

import json

import pytest

from safelight import errors
from safelight.web.problem import answer_error, answer_problem, status_of


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


def test_an_answer_is_a_problem_document() -> None:
    answer = answer_error(errors.NotFound("There is none."))
    told = json.loads(answer.body)
    assert answer.media_type == "application/problem+json"
    assert (told["status"], told["code"], told["detail"]) == (404, "not_found", "There is none.")
    assert told["type"].endswith("#not_found")


def test_more_facts_and_headers_can_be_told() -> None:
    answer = answer_problem(503, "busy", "Later.", headers={"Retry-After": "1"}, waiting=3)
    assert (json.loads(answer.body)["waiting"], answer.headers["retry-after"]) == (3, "1")


def test_who_asks_too_often_is_told_whole_seconds() -> None:
    assert answer_error(errors.RateLimited("x", retry_after_s=0.1)).headers["retry-after"] == "1"
    assert answer_error(errors.RateLimited("x", retry_after_s=2.2)).headers["retry-after"] == "3"


@pytest.mark.parametrize(
    "error", [errors.DatabaseUnusable, errors.StoreUnusable, errors.NothingToMatch, errors.SpoolFull]
)
def test_whoever_may_come_again_is_told_when(error: type[errors.SafelightError]) -> None:
    assert int(answer_error(error("x")).headers["retry-after"]) >= 5
    assert "retry-after" not in answer_error(errors.NotFound("x")).headers
