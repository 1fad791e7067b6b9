"""Paths as HMA's clients write them: with doubled slashes, and a key in front where no header can be sent."""

from starlette.types import ASGIApp, Receive, Scope, Send

KEY_PREFIX = "/k/"
PATH_KEY = "safelight_key"
"""Under this name a request's scope holds the key that stood in its path."""


class TolerantPaths:
    """Takes `/k/KEY` off the path and makes one slash of several. What is left has no key that a log could tell."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with a plain path."""
        if scope["type"] == "http":
            path, key = split_key(collapse_slashes(scope["path"]))
            # Changed in place: whoever wraps this, and logs the path when all is done, must not see the key either.
            scope["path"], scope["raw_path"] = path, path.encode()
            if key is not None:
                scope[PATH_KEY] = key
        await self._app(scope, receive, send)


def collapse_slashes(path: str) -> str:
    """Return a path with one slash wherever there were several."""
    while "//" in path:
        path = path.replace("//", "/")
    return path


def split_key(path: str) -> tuple[str, str | None]:
    """Return the path without its key, and the key; None where there is none."""
    if not path.startswith(KEY_PREFIX):
        return path, None
    key, slash, rest = path[len(KEY_PREFIX) :].partition("/")
    return f"{slash}{rest}" or "/", key
