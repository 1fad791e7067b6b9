"""Problems say what to do, and when."""

import pytest

from safelight.client.problem import Problem


@pytest.mark.parametrize(("after", "seconds"), [("3", 3.0), ("", None), ("Wed, 21 Oct 2026", None)])
def test_when_to_come_again_is_read(after: str, seconds: float | None) -> None:
    assert Problem.read(503, {"code": "busy", "detail": "Later."}, {"retry-after": after}).retry_after_s == seconds


@pytest.mark.parametrize("told", [None, [], "text", {}])
def test_whatever_came_is_a_problem(told: object) -> None:
    problem = Problem.read(502, told, {})
    assert (problem.code, "502" in str(problem)) == ("unknown", True)
