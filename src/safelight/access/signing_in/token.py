"""Tokens that a browser holds: of sessions, of devices, of visitors. Kept as a digest only."""

import hashlib
import re
import secrets

_FORM = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def new_token() -> str:
    """Return a new token: 256 random bits as URL-safe base64, 43 characters."""
    return secrets.token_urlsafe(32)


def digest_of_token(token: str | None) -> bytes | None:
    """Return the SHA-256 of a token: all that is kept of it. None for what no token looks like.

    A plain hash is enough, as for API keys (`safelight.access.secret`).
    """
    if token is None or not _FORM.fullmatch(token):
        return None
    return hashlib.sha256(token.encode("ascii")).digest()
