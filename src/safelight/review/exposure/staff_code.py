"""Staff codes: what is drawn into every picture in the place of a name, so that a leak leads to who was shown it."""

import hashlib
import hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is taken for another when it is read off a screen."""

LENGTH = 8
"""Characters of a code: 40 bits, so that guessing who it is takes the key, and no two people of one house share one."""

_PURPOSE = b"safelight staff code 1:"


def staff_code(secret: bytes, person_id: int) -> str:
    """Return the code of a person in this installation: the same for ever, and another in every installation.

    Keyed by a secret of the installation (HMAC-SHA-256): who sees a code learns nothing of whose it is.
    """
    digest = hmac.digest(secret, _PURPOSE + str(person_id).encode(), hashlib.sha256)
    bits = int.from_bytes(digest[:5])
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(35, -1, -5))
