"""API keys: by which services come in, what each may do, and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.access.names import check_key_name
from safelight.access.rate import Rate, check_rate
from safelight.errors import InvalidValue
from safelight.roles import Permission

LONGEST_OVERLAP = timedelta(days=90)
"""For so long at most the old secret of a rotated key counts beside the new one."""

USUAL_OVERLAP = timedelta(hours=24)
LONGEST_LIFE = timedelta(days=3653)
MOST_BANKS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApiKey:
    """What somebody says who makes a key: a role, or permissions by name; the banks that it is for, None every one."""

    name: str
    role_name: str | None = None
    permissions: frozenset[Permission] = frozenset()
    bank_names: frozenset[str] | None = None
    expires_at: datetime | None = None
    rate: Rate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """One secret of a key: what is known of it but itself. `ends_at` is set once a rotation made another."""

    id: int
    added_at: datetime
    ends_at: datetime | None
    use_count: int
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it stands. What it may do is what its role may, or else `permissions`.

    `ended_at` is when it was revoked, or when its name was given to another after it had expired. `alarmed_at` is when
    its look-ups last looked as if somebody tried how far a picture must be altered.
    """

    id: int
    name: str
    role_name: str | None
    permissions: frozenset[Permission]
    bank_names: frozenset[str] | None
    added_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None
    rate: Rate | None
    alarmed_at: datetime | None
    secrets: tuple[Secret, ...] = ()

    def is_living(self, at: datetime) -> bool:
        """Whether it counts at a moment."""
        return self.ended_at is None and (self.expires_at is None or at < self.expires_at)

    def living_secrets(self, at: datetime) -> tuple[Secret, ...]:
        """Return those of its secrets that count at a moment."""
        if not self.is_living(at):
            return ()
        return tuple(secret for secret in self.secrets if secret.ends_at is None or at < secret.ends_at)

    @property
    def use_count(self) -> int:
        """How often it was used, by any of its secrets."""
        return sum(secret.use_count for secret in self.secrets)

    @property
    def last_used_at(self) -> datetime | None:
        """When it was last used, to within the seconds in which uses are gathered."""
        return max((secret.last_used_at for secret in self.secrets if secret.last_used_at), default=None)


def check_new_key(new: NewApiKey, now: datetime) -> None:
    """Raise `InvalidValue` unless a key may be made like this."""
    check_key_name(new.name)
    if (new.role_name is None) == (not new.permissions):
        raise InvalidValue("An API key has either a role or permissions of its own: name one of the two.")
    if new.bank_names is not None and not 1 <= len(new.bank_names) <= MOST_BANKS:
        raise InvalidValue(f"An API key is for every bank, or for 1 to {MOST_BANKS} that are named.")
    if new.expires_at is not None and not now < new.expires_at <= now + LONGEST_LIFE:
        raise InvalidValue("An API key expires in the future, and within ten years; or leave its end out.")
    if new.rate is not None:
        check_rate(new.rate)


def check_overlap(overlap: timedelta) -> None:
    """Raise `InvalidValue` for an overlap of a rotation that is none, or too long."""
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise InvalidValue(f"The old secret counts for 0 hours to {LONGEST_OVERLAP.days} days beside the new one.")
