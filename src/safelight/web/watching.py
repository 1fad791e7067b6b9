"""Around every request: the answer is counted, timed and logged, faults are told."""

import time
import uuid

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from safelight.errors import whereabouts
from safelight.web.figures import Figures
from safelight.web.problem import tell_problem
from safelight.web.refusal import FAULT

_UNKNOWN = "unknown"


class Watching:
    """Wraps the application. Of a request it tells the method, the route's pattern, the status and the time."""

    def __init__(self, app: ASGIApp, figures: Figures) -> None:
        self._app = app
        self._figures = figures
        self._log = structlog.get_logger("safelight.web")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, started_at, status = uuid.uuid4().hex, time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_lacking(message), (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # noqa: BLE001 - the last one: told as a fault of ours, without its text
            # Where the application has answered, what it raises is for the log alone; its text may hold a value.
            self._log.error("fault", request=request_id, where=whereabouts(error))
            if not status:
                await tell_problem(FAULT)(scope, receive, sending)
        finally:
            self._tell(scope, request_id, status, time.perf_counter() - started_at)

    def _tell(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", _UNKNOWN)
        self._figures.requests.labels(route, str(status)).inc()
        self._figures.seconds.labels(route).observe(seconds)
        self._log.info(
            "answered",
            request=request_id,
            method=scope["method"],
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 2),
        )


def _lacking(message: Message) -> list[tuple[bytes, bytes]]:
    """Return those of our headers that an answer does not set itself: the console's pages have others."""
    there = {name.lower() for name, _ in message["headers"]}
    return [header for header in _HEADERS if header[0] not in there]


_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
