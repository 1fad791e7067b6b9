"""Challenges for passkeys, and what comes of their answers."""

from safelight.access.person import Person
from safelight.access.queries import find_passkey, list_passkeys
from safelight.access.signing_in.challenge import Challenge, ChallengePurpose, new_challenge
from safelight.access.signing_in.passkey import MOST_PASSKEYS, Assertion, NewPasskey, Passkey
from safelight.access.signing_in.session import SignInRules
from safelight.access.steps.record import note
from safelight.access.steps.sessions import actor_of
from safelight.access.steps.trying import WATCH
from safelight.access.store import passkey_rows
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.errors import AlreadyExists, UsageError


def make_challenge(tx: Tx, clock: Clock, *, purpose: ChallengePurpose, holder: bytes, rules: SignInRules) -> bytes:
    """Make a challenge for a purpose and a browser, and return it."""
    value = new_challenge()
    expires_at = see(tx, clock) + rules.challenge
    passkey_rows.add_challenge(tx, Challenge(value=value, purpose=purpose, holder=holder, expires_at=expires_at))
    return value


def use_challenge(tx: Tx, clock: Clock, value: bytes, *, purpose: ChallengePurpose, holder: bytes) -> bool:
    """Use a challenge up; False where this browser was not given it for this, or too long ago, or it was used.

    Commit this before the answer is looked at: a challenge is answered once, rightly or wrongly.
    """
    now = see(tx, clock)
    return passkey_rows.use_challenge(tx, Challenge(value=value, purpose=purpose, holder=holder, expires_at=now), now)


def add_passkey(tx: Tx, clock: Clock, person: Person, name: str, new: NewPasskey) -> Passkey:
    """Add a passkey to a person. Raises `AlreadyExists` for one that somebody has, `UsageError` for one too many."""
    own = list_passkeys(tx, person.id)
    if len(own) >= MOST_PASSKEYS:
        raise UsageError(f"You have {MOST_PASSKEYS} passkeys already. Nothing was changed. Remove one first.")
    if any(each.name.casefold() == name.casefold() for each in own):
        raise AlreadyExists(f"You have a passkey named {name!r} already. Nothing was changed. Choose another name.")
    if passkey_rows.find(tx, new.credential_id) is not None:
        raise AlreadyExists("This passkey is known already. Nothing was changed.")
    passkey_id = passkey_rows.add(tx, person.id, name, new, clock.now())
    copied, target = int(new.is_backup_eligible), f"person:{person.id}"
    note(tx, clock, actor_of(person), "enrol_passkey", target, passkey=passkey_id, may_be_copied=copied)
    return next(each for each in list_passkeys(tx, person.id) if each.id == passkey_id)


def accept_assertion(tx: Tx, clock: Clock, passkey: Passkey, shown: Assertion) -> bool:
    """Take note of what a passkey answered; False where it does not count, and then why is on record.

    A counter that did not move on means that somebody has a copy of the key: the passkey counts no longer, and an alarm
    is in the audit log. Commit this whatever it returns.
    """
    now = see(tx, clock)
    as_it_is = find_passkey(tx, passkey.credential_id)
    if as_it_is is None or as_it_is.id != passkey.id:
        return False
    if shown.is_of_a_copy(as_it_is):
        if passkey_rows.suspend(tx, passkey.id, now):
            target = f"person:{passkey.person_id}"
            note(tx, clock, WATCH, "alarm_of_copied_passkey", target, passkey=passkey.id)
        return False
    return passkey_rows.note_use(tx, passkey.id, shown, now)
