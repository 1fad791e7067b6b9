"""Challenges for passkeys: random, for one purpose and one browser, answered once, within minutes."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChallengePurpose(StrEnum):
    """What a challenge is answered for. The answer to one is none to another."""

    ENROL = "enrol"
    SIGN_IN = "sign_in"
    REAUTHENTICATE = "reauthenticate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A challenge. `holder` is the digest of the token whose browser asked for it."""

    value: bytes
    purpose: ChallengePurpose
    holder: bytes
    expires_at: datetime


def new_challenge() -> bytes:
    """Return 256 random bits; the specification asks for at least 128 (Web Authentication, section 13.4.3)."""
    return secrets.token_bytes(32)
