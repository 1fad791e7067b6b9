"""Which door answers a path: HMA's, our API's, or the console's, which has all that is left."""

from starlette.types import ASGIApp, Receive, Scope, Send

from safelight.web.plain_path import make_plain

HMA_BEGINNINGS = frozenset({"h", "m", "c", "status", "site-map"})
"""The first words of HMA's paths. None of ours begins with one of them."""

API_BEGINNINGS = frozenset({"api", "metrics", "openapi.json"})
"""The first words of the API's paths. None of the console's begins with one of them."""

PROBES = frozenset({"/health/live", "/health/ready"})
"""Whether a process lives is answered in every role."""


class Doors:
    """Hands each request to its door, so that what is refused is told in the form that its clients read.

    Before that its path is made plain, and a key in front of it is taken off. `console` is None where this process
    serves no pages; `has_api` is False where it serves nothing else.
    """

    def __init__(self, ours: ASGIApp, hma: ASGIApp, console: ASGIApp | None = None, *, has_api: bool = True) -> None:
        self._ours, self._hma, self._console, self._has_api = ours, hma, console, has_api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            make_plain(scope)
        await self._door(scope)(scope, receive, send)

    def _door(self, scope: Scope) -> ASGIApp:
        if scope["type"] != "http" or scope["path"] in PROBES:
            return self._ours
        word = scope["path"].split("/", 2)[1]
        if self._console is not None and not (self._has_api and word in HMA_BEGINNINGS | API_BEGINNINGS):
            return self._console
        return self._hma if word in HMA_BEGINNINGS else self._ours
