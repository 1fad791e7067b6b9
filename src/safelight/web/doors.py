"""Which door answers a path: HMA's has the beginnings of paths that HMA has, ours has all others."""

from starlette.types import ASGIApp, Receive, Scope, Send

HMA_BEGINNINGS = frozenset({"h", "m", "c", "status", "site-map"})
"""The first words of HMA's paths. None of ours begins with one of them."""


class Doors:
    """Hands each request to its door, so that what is refused is told in the form that its clients read."""

    def __init__(self, ours: ASGIApp, hma: ASGIApp) -> None:
        self._ours, self._hma = ours, hma

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        is_hma = scope["type"] == "http" and scope["path"].lstrip("/").partition("/")[0] in HMA_BEGINNINGS
        await (self._hma if is_hma else self._ours)(scope, receive, send)
