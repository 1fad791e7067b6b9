"""Passkeys: keys of Web Authentication by which somebody signs in."""

from dataclasses import dataclass
from datetime import datetime

from safelight.access.names import person_name
from safelight.errors import InvalidValue

MOST_PASSKEYS = 20
"""So many one person can have."""

_MOST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPasskey:
    """What an authenticator made, as it was verified."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    is_backup_eligible: bool
    is_backed_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A passkey of a person.

    `is_backup_eligible`: it may be copied to other devices of theirs, and never stops being so.
    `suspended_at` is when it answered as only a copy does that a stranger made: it counts no longer.
    """

    id: int
    person_id: int
    name: str
    credential_id: bytes
    public_key: bytes
    sign_count: int
    is_backup_eligible: bool
    is_backed_up: bool
    added_at: datetime
    last_used_at: datetime | None = None
    suspended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What a passkey answered, as it was verified: its counter, and whether it is backed up."""

    sign_count: int
    is_backed_up: bool

    def is_of_a_copy(self, passkey: Passkey) -> bool:
        """Whether the counter says that another authenticator has the same key (Web Authentication, section 6.1.1).

        Passkeys that are meant to be copied have no counter: it is zero always.
        """
        return (self.sign_count > 0 or passkey.sign_count > 0) and self.sign_count <= passkey.sign_count


def passkey_name(name: str) -> str:
    """Return the name of a passkey as it is kept. Raises `InvalidValue`."""
    try:
        kept = person_name(name)
    except InvalidValue:
        kept = ""
    if not 1 <= len(kept) <= _MOST_NAME:
        raise InvalidValue(f"A passkey's name has 1 to {_MOST_NAME} characters that can be seen, such as 'blue key'.")
    return kept
