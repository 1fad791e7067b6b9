"""Tries: how often somebody may guess wrongly, and how long they wait then."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class TryRule:
    """So many wrong tries are free; after each further one it takes twice as long, up to `longest`.

    All is forgotten `forgotten_after` the last wrong try. After `most` of them, without a right one between, nothing
    more is tried until a person sees to it; None: never so.
    """

    free: int
    first_wait: timedelta
    longest: timedelta
    forgotten_after: timedelta
    most: int | None = None

    def wait_after(self, failures: int) -> timedelta:
        """Return how long after the last of so many wrong tries the next one may come."""
        if failures < self.free:
            return timedelta(0)
        doublings = min(failures - self.free, 32)
        return min(self.longest, self.first_wait * (1 << doublings))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """The wrong tries of somebody, or upon something, so far."""

    failures: int
    failed_at: datetime

    def as_of(self, rule: TryRule, now: datetime) -> int:
        """Return how many wrong tries count at a moment."""
        return 0 if now - self.failed_at >= rule.forgotten_after else self.failures

    def wait_s(self, rule: TryRule, now: datetime) -> float | None:
        """Return the seconds until the next try, 0 if it may come now, None if waiting does not help."""
        failures = self.as_of(rule, now)
        if rule.most is not None and failures >= rule.most:
            return None
        return max(0.0, (self.failed_at + rule.wait_after(failures) - now).total_seconds())


_DAY = timedelta(days=1)
_QUARTER = timedelta(minutes=15)

NAME_RULE = TryRule(free=5, first_wait=timedelta(seconds=30), longest=_QUARTER, forgotten_after=_DAY)
"""Passwords for one name, from browsers that were never signed in with it: some hundred tries a day, never an end."""

ADDRESS_RULE = TryRule(free=30, first_wait=timedelta(seconds=30), longest=_QUARTER, forgotten_after=timedelta(hours=1))
"""Passwords and codes from one network address, for whatever names: an office has one address for many people."""

DEVICE_RULE = TryRule(free=10, first_wait=_QUARTER, longest=_QUARTER, forgotten_after=_DAY, most=10)
"""Passwords from a browser that was signed in before: after so many, it counts as any other."""

SECOND_RULE = TryRule(
    free=5, first_wait=timedelta(seconds=30), longest=timedelta(hours=1), forgotten_after=timedelta(days=30), most=100
)
"""Codes of a second factor: only who has the password comes here. NIST SP 800-63B: no more than 100 in a row."""

CHALLENGE_RULE = TryRule(free=100, first_wait=timedelta(minutes=1), longest=_QUARTER, forgotten_after=_QUARTER)
"""Challenges for passkeys, asked for by one network address: each is a row for some minutes."""


def try_key(kind: str, text: str) -> bytes:
    """Return the key under which tries are counted: a digest of a name, an address, or a number."""
    return hashlib.sha256(f"safelight tries\x00{kind}\x00{text}".encode("utf-8", "replace")).digest()
