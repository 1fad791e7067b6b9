"""Opening: what answers while the parts of a service are being opened, which takes as long as an index has to be built.

A service that answers nothing meanwhile looks dead, and whoever restarts what looks dead would restart it for ever.
"""

import threading
from collections.abc import Callable

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from safelight.web.answer import answer_json
from safelight.web.doors import HMA_BEGINNINGS
from safelight.web.hma.answer import answer_refusal
from safelight.web.hma.health import ALIVE, STALE
from safelight.web.plain_path import make_plain
from safelight.web.problem import tell_problem
from safelight.web.refusal import COME_AGAIN_S, Refusal

_TOLD = Refusal(
    status=503,
    code="opening",
    detail="The service is being started: the banks are not all read yet. Nothing was done. Send it again later.",
    headers={"Retry-After": str(COME_AGAIN_S)},
)


class Opening:
    """Stands for an application until it is open: it lives, and it is not ready."""

    def __init__(self, open_app: Callable[[], ASGIApp]) -> None:
        self._open_app = open_app
        self._app: ASGIApp | None = None
        self._failure: Exception | None = None
        self._thread: threading.Thread | None = None

    def begin(self, *, on_open: Callable[[], None], on_failure: Callable[[], None]) -> None:
        """Open the application in a thread, and say how that ended."""

        def work() -> None:
            try:
                self._app = self._open_app()
            except Exception as failure:  # noqa: BLE001 - `raise_failure` raises it again
                self._failure = failure
                on_failure()
            else:
                on_open()

        # It does not keep the process: who asks it to stop does not wait for an index that nobody will use.
        self._thread = threading.Thread(target=work, name="safelight-opening", daemon=True)
        self._thread.start()

    def has_ended(self, timeout_s: float) -> bool:
        """Wait for the opening to end, well or not, and say whether it has."""
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self._thread is None or not self._thread.is_alive()

    def raise_failure(self) -> None:
        """Raise what the opening failed with, if it did."""
        if self._failure is not None:
            raise self._failure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._app is not None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            make_plain(scope)
            await _answer(scope["path"])(scope, receive, send)


def _answer(path: str) -> Response:
    words = path.strip("/").split("/")
    match words:
        case ["health", "live"]:
            return answer_json({"status": "live"})
        case ["health", "ready"]:
            return answer_json({"status": "not ready", "troubles": ["opening"]}, 503)
        case ["status", "live"]:
            return Response(ALIVE, media_type="text/html")
        case ["status"]:
            return Response(STALE, 503, media_type="text/html")
    return (answer_refusal if words[0] in HMA_BEGINNINGS else tell_problem)(_TOLD)
