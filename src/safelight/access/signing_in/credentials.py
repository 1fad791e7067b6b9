"""What a person signs in with, and how far that is set up."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from safelight.access.signing_in.passkey import Passkey
from safelight.access.signing_in.session import Factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A person's password as it is kept, and the random handle by which their passkeys name them.

    Until `enrolled_at`, a password alone lets nobody in: who was invited and did not finish is invited again.
    """

    handle: bytes
    password: str | None
    enrolled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What a person has: all that a page about one's own account shows."""

    has_password: bool
    has_totp: bool
    passkeys: tuple[Passkey, ...]
    recovery_codes: int
    enrolled_at: datetime | None
    is_invited: bool = False

    @property
    def factors(self) -> frozenset[Factor]:
        """What they can show beside their password."""
        found = {Factor.TOTP} if self.has_totp else set()
        if any(passkey.suspended_at is None for passkey in self.passkeys):
            found.add(Factor.PASSKEY)
        if self.recovery_codes and found:
            found.add(Factor.RECOVERY_CODE)
        return frozenset(found)

    @property
    def has_second_factor(self) -> bool:
        """Whether there is any besides recovery codes, which end."""
        return bool(self.factors - {Factor.RECOVERY_CODE})


def new_handle() -> bytes:
    """Return a new handle: 64 random bytes, as Web Authentication recommends (section 14.6.1)."""
    return secrets.token_bytes(64)
