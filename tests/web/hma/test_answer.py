import json

import pytest

from safelight.errors import (
    AlreadyExists,
    DatabaseUnusable,
    ImportRunning,
    InvalidValue,
    NotAllowed,
    NotFound,
    SafelightError,
    UsageError,
)
from safelight.web.hma.answer import answer_error, answer_json, answer_refusal


def _coded(code: str) -> SafelightError:
    """Make an error of a room that is not built here: a class of its own would be found in the tree of errors."""
    error = SafelightError("x")
    error.code = code  # type: ignore[misc]
    if code == "rate_limited":
        error.retry_after_s = 2.4  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (_coded("unauthenticated"), 401),
        (NotAllowed("x"), 403),
        (AlreadyExists("x"), 403),
        (NotFound("x"), 404),
        (InvalidValue("x"), 400),
        (UsageError("x"), 400),
        (ImportRunning("x"), 503),
        (DatabaseUnusable("x"), 503),
        (_coded("rate_limited"), 429),
        (SafelightError("x"), 500),
    ],
)
def test_an_error_has_the_status_that_hmas_clients_go_by(error: SafelightError, status: int) -> None:
    answer = answer_error(error)
    assert answer.status_code == status
    assert json.loads(answer.body) == {"message": "x"}
    assert answer.headers["content-type"] == "application/json"


def test_what_can_be_tried_again_says_when() -> None:
    assert answer_error(_coded("rate_limited")).headers["retry-after"] == "2"
    assert answer_error(DatabaseUnusable("x")).headers["retry-after"] == "5"
    assert answer_refusal(503, "x", retry_after_s=0.1).headers["retry-after"] == "1"
    assert "retry-after" not in answer_error(NotFound("x")).headers


def test_a_whole_number_that_is_a_ratio_keeps_its_point() -> None:
    assert answer_json({"ratio": 1.0}).body == b'{"ratio":1.0}'
