"""Counting tries: each is counted before it is looked at, and taken back when it was right.

Counted first, so that a thousand at once are no thousand free tries.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.access.signing_in.tries import TryRule
from safelight.access.steps.record import note
from safelight.access.store import session_rows, try_rows
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.errors import RateLimited
from safelight.roles import Actor, ActorKind

WATCH = Actor(kind=ActorKind.SERVICE, name="sign-in watch")
"""Who writes alarms about sign-ins into the audit log."""

ALARMS_APART = timedelta(hours=1)
"""Between two alarms about the same there is so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a try is counted under. `is_wiped`: a right one wipes out all wrong ones before it, and not itself alone.

    `target` is what an alarm is about.
    """

    key: bytes
    rule: TryRule
    target: str
    is_wiped: bool = True


def count_try(tx: Tx, clock: Clock, counted: Iterable[Counted]) -> None:
    """Count a try as wrong, until `forgive_try`. Raises `RateLimited`, and then nothing was counted; `ClockWrong`.

    Whoever waits is not made to wait longer by trying: a stranger who goes on and on locks nobody out for good.
    """
    now = see(tx, clock)
    for each in sorted(counted, key=lambda each: each.key):
        tries = try_rows.lock(tx, each.key, now)
        wait_s = tries.wait_s(each.rule, now)
        if wait_s is None or wait_s > 0:
            raise _too_many(wait_s)
        failures, forgotten_at = tries.as_of(each.rule, now) + 1, now + each.rule.forgotten_after
        try_rows.put(tx, each.key, failures, at=now, forgotten_at=forgotten_at)


def forgive_try(tx: Tx, counted: Iterable[Counted]) -> None:
    """Take back a try that was right."""
    for each in sorted(counted, key=lambda each: each.key):
        try_rows.forgive(tx, each.key, all_=each.is_wiped)


def take_back_try(tx: Tx, counted: Iterable[Counted]) -> None:
    """Take back a try that was neither right nor wrong, for it was not looked at. Those before it stay."""
    for each in sorted(counted, key=lambda each: each.key):
        try_rows.forgive(tx, each.key, all_=False)


def leave_tries(tx: Tx, clock: Clock, counted: Iterable[Counted]) -> None:
    """Leave a try counted, for it was wrong; where there were so many that others must wait, raise an alarm."""
    now = see(tx, clock)
    for each in counted:
        failures = try_rows.count(tx, each.key)
        if failures >= each.rule.free and try_rows.note_alarm(tx, each.key, now, now - ALARMS_APART):
            note(tx, clock, WATCH, "alarm_of_sign_in", each.target, tries=failures)


def is_exhausted(tx: Tx, key: bytes, rule: TryRule, now: datetime) -> bool:
    """Whether so much was tried wrongly under a key that waiting does not help."""
    return try_rows.lock(tx, key, now).wait_s(rule, now) is None


def find_device(tx: Tx, name: str, digest: bytes | None, now: datetime) -> int | None:
    """Return the number of a browser that whoever has this name has signed in by; None for any other."""
    return None if digest is None else session_rows.find_device(tx, name, digest, now)


def _too_many(wait_s: float | None) -> RateLimited:
    if wait_s is None:
        return RateLimited(
            "There were too many wrong codes in a row. Nothing was done, and codes are not accepted any more. Sign in "
            "with a passkey, or have your sign-in reset.",
            retry_after_s=86_400,
        )
    return RateLimited(
        f"There were too many wrong tries. Nothing was done. Try again after {math.ceil(wait_s)} s.",
        retry_after_s=wait_s,
    )
