"""Requests that change something come from our own pages: no other site makes them for somebody who is signed in.

Three things have to hold, each of which would nearly do alone: the cookie is `SameSite=Strict`; the browser says that
the request is from our own origin; and it carries a token that only our pages know.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping

from safelight.access.signing_in.relying_party import RelyingParty
from safelight.errors import ForeignRequest

FIELD = "csrf"
"""The name of the form field, and behind `X-` and `-Token`, of the header."""

HEADER = "x-csrf-token"

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods by which our pages change nothing."""

_LABEL = b"safelight csrf 1"


def csrf_token(token: str) -> str:
    """Return the token that the forms of a page carry, from that of the session or, before it, of the visitor.

    It is bound to it and turns with it, is kept nowhere, and tells nothing of it.
    """
    return urlsafe_b64encode(hmac.digest(token.encode(), _LABEL, hashlib.sha256)).decode().rstrip("=")


def require_own_origin(method: str, headers: Mapping[str, str], party: RelyingParty) -> None:
    """Raise `ForeignRequest` for a request that changes something and is not from a page of our own origin.

    1. `GET`, `HEAD` and `OPTIONS` change nothing and pass.
    2. `Sec-Fetch-Site`, where the browser sends it, has to be `same-origin`.
    3. `Origin`, where it is sent, has to be ours; `null` is not.
    4. One of the two has to be sent: every browser of the last years does so.
    """
    if method.upper() in SAFE_METHODS:
        return
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if (site is None and origin is None) or site not in {None, "same-origin"} or origin not in {None, party.origin}:
        raise ForeignRequest(
            f"This request did not come from a page of {party.origin}. Nothing was done. Open the console at that "
            "address and do it there."
        )


def require_csrf_token(method: str, token: str | None, given: str | None) -> None:
    """Raise `ForeignRequest` unless a request that changes something carries the token of its session or visitor."""
    if method.upper() in SAFE_METHODS:
        return
    if token is None or given is None or not hmac.compare_digest(csrf_token(token).encode(), given.encode()):
        raise ForeignRequest(
            "This page is older than your session, or is none of ours. Nothing was done. Load the page again."
        )


def is_own_host(headers: Mapping[str, str], party: RelyingParty) -> bool:
    """Whether a request names our host: a page of another name that points here must not look like ours."""
    return headers.get("host", "").lower() == party.host
