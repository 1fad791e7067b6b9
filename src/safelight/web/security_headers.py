"""Security headers of the console's pages: a strict content policy, a nonce for each answer, and more."""

import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NONCE = "safelight_nonce"
"""Where a request's scope holds the nonce that its scripts and styles carry."""

_YEAR_S = 365 * 24 * 3600


_PICTURES = "safelight_pictures"


def let_pictures_in(scope: Scope) -> None:
    """Let the page that answers this request hold a picture within itself."""
    scope[_PICTURES] = True


def content_policy(nonce: str, *, has_pictures: bool = False) -> str:
    """Return the content policy: nothing but what carries the nonce, pictures of ours, and requests to us.

    No `unsafe-inline`, no `unsafe-eval`, no other host, no frame around us or within. `has_pictures`: and pictures that
    the page itself holds, which therefore have no address that could be asked for again.
    """
    pictures = "'self' data:" if has_pictures else "'self'"
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src {pictures}; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


class SecurityHeaders:
    """Wraps the console. Each answer gets the headers below, in the place of any that it has.

    `Referrer-Policy` is `same-origin` and not `no-referrer`: under the latter browsers send `Origin: null` with our own
    forms (Fetch, "append a request Origin header"), which could not be told from a stranger's.
    """

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self._app = app
        self._is_https = is_https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = scope[NONCE] = secrets.token_urlsafe(18)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = self._headers(nonce, has_pictures=scope.get(_PICTURES, False))
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self._app(scope, receive, sending)

    def _headers(self, nonce: str, *, has_pictures: bool) -> dict[str, str]:
        told = {
            "Content-Security-Policy": content_policy(nonce, has_pictures=has_pictures),
            "Cache-Control": "no-store",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), display-capture=()",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }
        if self._is_https:
            told["Strict-Transport-Security"] = f"max-age={_YEAR_S}"
        return told
