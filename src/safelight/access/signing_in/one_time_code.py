"""Codes that a person types once: invitations and recovery codes. Shown once, kept as a digest only."""

import hashlib
import secrets

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is taken for a digit."""

_LENGTH, _GROUP = 20, 5
_READ_AS = str.maketrans("OIL", "011", " -")
_CONTEXT = b"safelight one-time code\x00"

RECOVERY_CODES = 10
"""So many a person gets at once."""


def new_code() -> str:
    """Return a new code of 100 random bits, such as `7KQ2M-0PXYA-9D3TE-HJ5VW`."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
    return "-".join(signs[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))


def digest_of_code(text: str) -> bytes | None:
    """Return the SHA-256 of a code: all that is kept of it. None for what no code looks like.

    Spaces, hyphens and small letters do not count, and O, I and L are read as the digits they look like. A plain hash
    is enough: 100 random bits cannot be tried out.
    """
    plain = text[: 4 * _LENGTH].upper().translate(_READ_AS)
    if len(plain) != _LENGTH or set(plain) - set(_SIGNS):
        return None
    return _digest(plain)


def digest_of_new(code: str) -> bytes:
    """Return what is kept of a code that `new_code` has made."""
    return _digest(code.replace("-", ""))


def _digest(plain: str) -> bytes:
    return hashlib.sha256(_CONTEXT + plain.encode("ascii")).digest()
