"""The secret of an API key: shown once, kept as a digest only."""

import hashlib
import re
import secrets

from safelight.errors import Unauthenticated

PREFIX = "sl_"
"""By this, scanners that look for leaked secrets can tell what they found."""

_RANDOM_BYTES = 32
_FORM = re.compile(r"sl_[A-Za-z0-9_-]{43}", re.ASCII)

REFUSAL = (
    "This API key is not known here: it never was, it has expired, or it was revoked. Nothing was done. Whoever runs "
    "this service sees with `safelight api-key list` which keys there are."
)
"""One sentence for all three, so that nothing can be learned by trying."""


def new_secret() -> str:
    """Return a new secret: `sl_` and 256 random bits as URL-safe base64, 46 characters."""
    return PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)


def digest_of(secret: str) -> bytes:
    """Return the SHA-256 of a secret: all that is kept of it. Raises `Unauthenticated` for what no secret looks like.

    A plain hash is enough: 256 random bits cannot be guessed, so there is nothing that a slow hash would slow down. And
    whoever tries secrets does not choose what their digests begin with, so that the time that a look-up of the digest
    takes teaches nothing about the digests that are there.
    """
    if not _FORM.fullmatch(secret):
        raise Unauthenticated(REFUSAL)
    return hashlib.sha256(secret.encode("ascii")).digest()
