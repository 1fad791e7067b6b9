"""Which door answers a path: HMA's has the beginnings of paths that HMA has, ours has all others."""

from starlette.types import ASGIApp, Receive, Scope, Send

from safelight.web.plain_path import make_plain

HMA_BEGINNINGS = frozenset({"h", "m", "c", "status", "site-map"})
"""The first words of HMA's paths. None of ours begins with one of them."""


class Doors:
    """Hands each request to its door, so that what is refused is told in the form that its clients read.

    Before that its path is made plain, and a key in front of it is taken off.
    """

    def __init__(self, ours: ASGIApp, hma: ASGIApp) -> None:
        self._ours, self._hma = ours, hma

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        is_hma = False
        if scope["type"] == "http":
            make_plain(scope)
            is_hma = scope["path"].lstrip("/").partition("/")[0] in HMA_BEGINNINGS
        await (self._hma if is_hma else self._ours)(scope, receive, send)
