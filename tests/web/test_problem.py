"""A refusal becomes a problem document."""

import json

from safelight.web.problem import tell_problem
from safelight.web.refusal import Refusal


def test_an_answer_is_a_problem_document() -> None:
    answer = tell_problem(Refusal(status=404, code="not_found", detail="There is none."))
    told = json.loads(answer.body)
    assert answer.media_type == "application/problem+json"
    assert (told["status"], told["code"], told["detail"]) == (404, "not_found", "There is none.")
    assert told["type"].endswith("#not_found")
    assert told["title"] == "There is no such thing"


def test_headers_of_a_refusal_come_along() -> None:
    answer = tell_problem(Refusal(status=503, code="busy", detail="Later.", headers={"Retry-After": "1"}))
    assert answer.headers["retry-after"] == "1"
