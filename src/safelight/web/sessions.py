"""Cookies of the console: the session, the browser that is known, and a visitor who has not signed in.

Over https they are `__Host-` cookies: `Secure`, for the whole host, for no other host, so that no neighbouring domain
can plant one. Over plain http, which is for this machine alone (`localhost`), not every browser takes `Secure` cookies:
there the same ones go by a name without the prefix and without `Secure`, and nothing of them is on any wire.
All are `HttpOnly`, and `SameSite=Strict`: nothing that comes from another site, not even a link, brings them.
"""

import re
from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from safelight.access.signing_in.relying_party import RelyingParty
from safelight.access.signing_in.token import digest_of_token, new_token
from safelight.flow.signing_in.arriving import SignedIn
from safelight.flow.signing_in.desk import Caller, SignInDesk
from safelight.web.client_address import client_address

SESSION, DEVICE, VISITOR = "session", "device", "visitor"

_WORDS = re.compile(r"[a-z0-9_.-]{1,100}")

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


class Cookies:
    """Reads and writes the console's cookies, in the form that its address allows."""

    def __init__(self, party: RelyingParty) -> None:
        self._is_secure = party.is_secure

    def name_of(self, kind: str) -> str:
        """Return the name under which a cookie goes."""
        return f"__Host-safelight-{kind}" if self._is_secure else f"safelight-{kind}"

    def read(self, scope: Scope, kind: str) -> str | None:
        """Return the token of a cookie, None where there is none, none of the right form, or two that differ."""
        found = set(_values(scope, self.name_of(kind)))
        token = found.pop() if len(found) == 1 else None
        return token if digest_of_token(token) is not None else None

    def read_words(self, scope: Scope, kind: str) -> str | None:
        """Return what a cookie holds that is no secret, such as a language; None where there is nothing readable."""
        found = set(_values(scope, self.name_of(kind)))
        words = found.pop() if len(found) == 1 else ""
        return words if _WORDS.fullmatch(words) else None

    def put(self, response: Response, kind: str, token: str, *, max_age_s: int | None = None) -> None:
        """Let a response set a cookie; without `max_age_s` it goes when the browser is closed."""
        response.set_cookie(
            self.name_of(kind),
            token,
            max_age=max_age_s,
            path="/",
            secure=self._is_secure,
            httponly=True,
            samesite="strict",
        )

    def drop(self, response: Response, kind: str) -> None:
        """Let a response remove a cookie."""
        response.delete_cookie(self.name_of(kind), path="/", secure=self._is_secure, httponly=True, samesite="strict")

    def put_signed_in(self, response: Response, signed_in: SignedIn, desk: SignInDesk) -> None:
        """Let a response carry what whoever has signed in keeps: the session until it ends, and the browser's mark."""
        self.put(response, SESSION, signed_in.token)
        self.put(response, DEVICE, signed_in.device, max_age_s=int(desk.rules.device.total_seconds()))
        self.drop(response, VISITOR)

    def visitor_of(self, scope: Scope) -> tuple[str, bool]:
        """Return the token of a visitor, and whether it is new and has to be put into the response."""
        token = self.read(scope, VISITOR)
        return (new_token(), True) if token is None else (token, False)

    def caller_of(self, request: Request, *, trusted_proxies: Iterable[str] = ()) -> Caller:
        """Return who asks, as far as the request shows it."""
        return Caller(
            address=client_address(request.scope, trusted_proxies),
            visitor=self.read(request.scope, VISITOR) or "",
            device=self.read(request.scope, DEVICE),
            browser=browser_label(request.headers.get("user-agent", "")),
        )


def browser_label(user_agent: str) -> str:
    """Return what people read in their list of sessions: `Firefox on Linux`. Versions are left out."""
    text = user_agent[:500]
    browser = next((name for sign, name in _BROWSERS if f"{sign}/" in text), "A browser")
    system = next((name for sign, name in _SYSTEMS if sign in text), "")
    return f"{browser} on {system}" if system else browser


def _values(scope: Scope, name: str) -> Iterable[str]:
    wanted = re.compile(rf"\s*{re.escape(name)}\s*=\s*(.*?)\s*")
    for header, value in scope["headers"]:
        if header == b"cookie":
            for part in value.decode("latin-1").split(";"):
                if found := wanted.fullmatch(part):
                    yield found.group(1)
