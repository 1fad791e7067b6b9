"""Answers as HMA gives them: JSON, and `{"message": ...}` with whatever goes wrong."""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from safelight.web.answer import answer_json
from safelight.web.refusal import COME_AGAIN_S, Refusal, ignore, tell_refusals

_OTHERWISE = {
    "already_exists": 403,  # HMA's own, and its clients go by it
    "invalid_value": 400,
    "import_running": 503,  # clients try a 503 again, and then it works
}
"""By code, the statuses that HMA's clients expect where ours is another."""


class Refused(Exception):
    """A request that is answered with a status and a sentence of ours."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def answer_refusal(refusal: Refusal) -> Response:
    """Return the answer of what was not done. It is JSON whatever the status is: clients parse it."""
    status = _OTHERWISE.get(refusal.code, refusal.status)
    headers = {"Retry-After": str(COME_AGAIN_S)} if status == 503 else {}
    return answer_json({"message": refusal.detail}, status, {**headers, **refusal.headers})


def tell_as_hma(app: Starlette, *, note: Callable[[Refusal], None] = ignore) -> None:
    """Have an application tell every error as HMA tells errors."""

    async def refuse(_request: Request, error: Exception) -> Response:
        status = error.status if isinstance(error, Refused) else 500
        return answer_refusal(Refusal(status=status, code="usage", detail=str(error)))

    tell_refusals(app, answer_refusal, note=note)
    app.add_exception_handler(Refused, refuse)
