"""Time-based one-time passwords (RFC 6238): six digits that change every 30 seconds, each accepted once."""

import hmac
from datetime import datetime

import pyotp

STEP_S = 30
WINDOW_STEPS = 1
"""One step earlier or later counts too: RFC 6238, section 5.2, allows at most one for delay."""

MOST_DRIFT_STEPS = 4
"""So far the person's clock is followed when it runs ahead or behind (RFC 6238, section 6): two minutes."""

ISSUER = "Safelight"
_DIGITS = 6


def new_secret() -> str:
    """Return a new secret: 160 random bits in base 32, as RFC 4226 recommends (section 4, R6)."""
    return pyotp.random_base32(32)


def provisioning_uri(secret: str, *, name: str) -> str:
    """Return the `otpauth://` address that an authenticator app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def step_at(moment: datetime) -> int:
    """Return the number of the time step that a moment is in."""
    return int(moment.timestamp()) // STEP_S


def find_step(secret: str, code: str, now: datetime, *, drift: int = 0, after: int | None = None) -> int | None:
    """Return the time step whose code this is, None for a code that is not accepted.

    Looked at are the step of now, moved by the drift that is known of the person's clock, and one on either side; all
    three are always compared. A step is not accepted again: it has to come after `after`, the last one that was.
    """
    given = "".join(code[:20].split()).encode("utf-8", "replace")
    centre, found = step_at(now) + drift, None
    for step in range(max(0, centre - WINDOW_STEPS), centre + WINDOW_STEPS + 1):
        is_this = hmac.compare_digest(pyotp.TOTP(secret, digits=_DIGITS).generate_otp(step).encode(), given)
        if is_this and (after is None or step > after):
            found = step
    return found


def drift_of(step: int, now: datetime) -> int:
    """Return by how many steps the clock of whoever made a code is ahead, as far as it is followed."""
    return max(-MOST_DRIFT_STEPS, min(MOST_DRIFT_STEPS, step - step_at(now)))
