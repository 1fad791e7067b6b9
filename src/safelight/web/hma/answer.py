"""Answers as HMA gives them: JSON, and `{"message": ...}` with whatever goes wrong."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json
from starlette.responses import Response

from safelight.errors import SafelightError

_STATUS = {
    "unauthenticated": 401,
    "not_allowed": 403,
    "already_exists": 403,  # HMA's own, and its clients go by it
    "not_found": 404,
    "rate_limited": 429,
    "import_running": 503,  # clients try a 503 again, and then it works
    "usage": 400,
    "invalid_value": 400,
    "nothing_to_match": 400,
    "database_unusable": 503,
    "store_unusable": 503,
    "keys_unusable": 503,
    "keys_not_exported": 503,
    "sandbox_unavailable": 503,
    "not_scanned": 503,
    "clock_wrong": 503,
}
_RETRY_AFTER_S = 5
_OURS = 500

Headers = Mapping[str, str]


class Refused(Exception):
    """A request that is answered with a status and a sentence of ours."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def answer_json(told: Any, status: int = 200, headers: Headers | None = None) -> Response:
    """Return an answer in JSON."""
    return Response(to_json(told), status, media_type="application/json", headers=dict(headers or {}))


def answer_refusal(status: int, message: str, *, retry_after_s: float | None = None) -> Response:
    """Return the answer of what was not done. It is JSON whatever the status is: clients parse it."""
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if retry_after_s is not None:
        headers["Retry-After"] = str(max(1, round(retry_after_s)))
    return answer_json({"message": message}, status, headers)


def answer_error(error: SafelightError) -> Response:
    """Return the answer of one of our errors, by its code."""
    status = _STATUS.get(error.code, _OURS)
    after: float | None = getattr(error, "retry_after_s", None)
    return answer_refusal(
        status, str(error), retry_after_s=_RETRY_AFTER_S if after is None and status == 503 else after
    )
