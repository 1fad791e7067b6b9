"""Signatures of notices: who has the secret can tell that a notice is ours, unchanged and fresh.

`Safelight-Signature: t=SECONDS,v1=HEX` where HEX is HMAC-SHA-256, under the secret's text, of `SECONDS`, a dot and the
body. While a secret is being exchanged there are two `v1`, one by each.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from safelight.errors import InvalidValue

HEADER = "Safelight-Signature"
REPLAY_WINDOW = timedelta(minutes=5)
"""A signature that is older, or newer, by the receiver's clock is refused: who recorded it could send it again."""

_PREFIX = "slns_"
_SECRET_BYTES = 32
_FORM = re.compile(r"t=([0-9]{1,12})((?:,v1=[0-9a-f]{64}){1,4})")


def new_secret() -> str:
    """Return a fresh secret of 256 random bits, as text that can be told to be one."""
    return _PREFIX + secrets.token_urlsafe(_SECRET_BYTES)


def sign_body(body: bytes, at: datetime, known: Sequence[str]) -> str:
    """Return the value of the header, with a signature by each secret."""
    second = int(at.timestamp())
    return f"t={second}" + "".join(f",v1={_digest(secret, second, body)}" for secret in known)


def verify_signature(value: str, body: bytes, known: Sequence[str], now: datetime) -> None:
    """Raise `InvalidValue` unless one of the secrets signed this very body within the replay window."""
    found = _FORM.fullmatch(value)
    if found is None:
        raise InvalidValue(f"The header {HEADER} is not written as t=…,v1=…: the notice is not to be believed.")
    second = int(found[1])
    if abs(now.timestamp() - second) > REPLAY_WINDOW.total_seconds():
        raise InvalidValue("The signature is older or newer than five minutes: the notice may be a recorded one.")
    given = re.findall(r"v1=([0-9a-f]{64})", found[2])
    right = [_digest(secret, second, body) for secret in known]
    if not any(hmac.compare_digest(one, other) for one in given for other in right):
        raise InvalidValue("No secret made this signature for this body: the notice is not to be believed.")


def _digest(secret: str, second: int, body: bytes) -> str:
    return hmac.new(secret.encode("ascii"), b"%d." % second + body, hashlib.sha256).hexdigest()
