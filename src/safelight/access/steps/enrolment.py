"""Inviting persons, and setting what they sign in with."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from safelight.access.person import Person
from safelight.access.queries import find_enrolled, find_person, find_role
from safelight.access.role import require_grantable
from safelight.access.signing_in.credentials import new_handle
from safelight.access.signing_in.one_time_code import RECOVERY_CODES, digest_of_code, digest_of_new, new_code
from safelight.access.signing_in.sealed_totp import SealedTotp
from safelight.access.signing_in.tries import SECOND_RULE, try_key
from safelight.access.steps.record import begin, note
from safelight.access.steps.sessions import actor_of
from safelight.access.steps.trying import Counted
from safelight.access.store import credential_rows, passkey_rows, person_rows, session_rows, totp_rows, try_rows
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.errors import InvalidValue, NotAllowed, SignInRefused, UsageError
from safelight.roles import Actor

LONGEST_INVITATION = timedelta(days=30)

CODE_REFUSAL = (
    "This sign-in code is not known: it was used already, it has expired, or it was replaced by another. Nothing was "
    "done. Ask whoever sent it for a new one."
)


def invite_person(
    tx: Tx, clock: Clock, actor: Actor, name: str, *, lasting: timedelta, reason: str = ""
) -> tuple[Person, str, datetime]:
    """Make a one-time code by which a person signs in first, in the place of the one before.

    Returns the person, the code, which is shown now and never again, and when it ends. Raises `NotAllowed`, also where
    the person may more than who invites them; `NotFound`; `UsageError` for one who is disabled or has set up all.
    """
    person = _begin(tx, actor, name, lasting)
    if find_enrolled(tx, person.id, clock.now()).enrolled_at is not None:
        raise UsageError(
            f"{person.name} has signed in already, by a password and a second factor. Nothing was changed. Where they "
            "lost those: safelight person reset"
        )
    code, expires_at, _ = _invited(tx, clock, person, lasting)
    told = expires_at.isoformat()
    note(tx, clock, actor, "invite_person", f"person:{person.id}", reason=reason, expires_at=told)
    return person, code, expires_at


def reset_person(
    tx: Tx, clock: Clock, actor: Actor, name: str, *, lasting: timedelta, reason: str = ""
) -> tuple[Person, str, datetime]:
    """Take away all that a person signs in with, end their sessions, and invite them anew.

    Returns and raises as `invite_person`.
    """
    person = _begin(tx, actor, name, lasting)
    code, expires_at, ended = _invited(tx, clock, person, lasting)
    told = expires_at.isoformat()
    note(tx, clock, actor, "reset_person", f"person:{person.id}", reason=reason, expires_at=told, ended_sessions=ended)
    return person, code, expires_at


def _begin(tx: Tx, actor: Actor, name: str, lasting: timedelta) -> Person:
    begin(tx, actor)
    if not timedelta(0) < lasting <= LONGEST_INVITATION:
        raise InvalidValue(f"A sign-in code lasts more than nothing and up to {LONGEST_INVITATION.days} days.")
    person = person_rows.lock(tx, find_person(tx, name).id)
    if person is None or not person.is_active:
        raise UsageError(f"{name} is disabled. Nothing was changed. To let them work again: safelight person enable")
    for role in person.role_names:
        require_grantable(actor, find_role(tx, role).permissions)
    return person


def _invited(tx: Tx, clock: Clock, person: Person, lasting: timedelta) -> tuple[str, datetime, int]:
    now, code = see(tx, clock), new_code()
    ended = forget_credentials(tx, person.id)
    credential_rows.invite(tx, person.id, digest_of_new(code), now, now + lasting)
    return code, now + lasting, ended


def forget_credentials(tx: Tx, person_id: int) -> int:
    """Forget all that a person signs in with, and end their sessions; return how many of these."""
    credential_rows.remove(tx, person_id)
    totp_rows.remove(tx, person_id)
    passkey_rows.remove(tx, person_id)
    session_rows.forget_devices(tx, person_id)
    try_rows.forgive(tx, second_factor_tries(person_id).key, all_=True)
    return session_rows.end_others(tx, person_id)


def second_factor_tries(person_id: int) -> Counted:
    """Return what tries of a person's second factor are counted under."""
    return Counted(key=try_key("second", str(person_id)), rule=SECOND_RULE, target=f"person:{person_id}")


def use_invitation(tx: Tx, clock: Clock, code: str) -> Person:
    """Use an invitation up, and return who was invited. Raises `SignInRefused`."""
    digest = digest_of_code(code)
    person_id = None if digest is None else credential_rows.use_invitation(tx, digest, see(tx, clock))
    person = None if person_id is None else person_rows.lock(tx, person_id)
    if person is None or not person.is_active:
        raise SignInRefused(CODE_REFUSAL)
    if credential_rows.find(tx, person.id) is None:
        credential_rows.begin(tx, person.id, new_handle())
    note(tx, clock, actor_of(person), "use_invitation", f"person:{person.id}")
    return person


def set_password(tx: Tx, clock: Clock, person: Person, kept: str) -> None:
    """Keep the hash of a new password."""
    credential_rows.set_password(tx, person.id, kept, clock.now())
    note(tx, clock, actor_of(person), "set_password", f"person:{person.id}")


def renew_hash(tx: Tx, person: Person, kept: str) -> None:
    """Keep another hash of the same password, made at what a hash costs now. It is no act of anybody."""
    credential_rows.set_password(tx, person.id, kept, None)


def add_totp(tx: Tx, sealed: SealedTotp) -> None:
    """Keep a sealed secret until its person has shown a code of it."""
    totp_rows.add(tx, sealed)


def confirm_totp(tx: Tx, clock: Clock, person: Person, sealed: SealedTotp, *, step: int, drift: int) -> None:
    """Let a secret count, of which the person has shown the code of a step. Raises `SignInRefused` where it is gone."""
    is_there = totp_rows.accept_step(tx, sealed.id, step, drift)
    if not (is_there and totp_rows.confirm(tx, person.id, sealed.id, clock.now())):
        raise SignInRefused("Another secret was made meanwhile. Nothing was changed. Use the newer one.")
    note(tx, clock, actor_of(person), "enrol_totp", f"person:{person.id}")


def accept_totp(tx: Tx, sealed: SealedTotp, *, step: int, drift: int) -> bool:
    """Take note that the code of a step was accepted; False where it, or a later one, was accepted before."""
    return totp_rows.accept_step(tx, sealed.id, step, drift)


def remove_totp(tx: Tx, clock: Clock, person: Person) -> None:
    """Let codes of an app count no more. Raises `NotAllowed` where they are the person's only second factor."""
    if not any(passkey.suspended_at is None for passkey in passkey_rows.of_person(tx, person.id)):
        raise _only_one()
    totp_rows.remove(tx, person.id)
    note(tx, clock, actor_of(person), "remove_totp", f"person:{person.id}")


def make_recovery_codes(tx: Tx, clock: Clock, person: Person) -> tuple[str, ...]:
    """Make recovery codes in the place of those before, and return them: they are shown now and never again."""
    codes = tuple(new_code() for _ in range(RECOVERY_CODES))
    credential_rows.put_recovery_codes(tx, person.id, map(digest_of_new, codes), clock.now())
    note(tx, clock, actor_of(person), "make_recovery_codes", f"person:{person.id}", codes=len(codes))
    return codes


def use_recovery_code(tx: Tx, clock: Clock, person: Person, code: str) -> bool:
    """Use a recovery code up; False where the person has no such one any more."""
    digest = digest_of_code(code)
    if digest is None or not credential_rows.use_recovery_code(tx, person.id, digest):
        return False
    left = credential_rows.count_recovery_codes(tx, person.id)
    note(tx, clock, actor_of(person), "use_recovery_code", f"person:{person.id}", left=left)
    return True


def finish_enrolment(tx: Tx, clock: Clock, person: Person) -> None:
    """Say that a person has all that they sign in with.

    Raises `UsageError` where a password or a second factor is lacking.
    """
    enrolled = find_enrolled(tx, person.id, clock.now())
    lacking = [
        what
        for what, is_there in (
            ("a password", enrolled.has_password),
            ("a second factor (an authenticator app or a passkey)", enrolled.has_second_factor),
        )
        if not is_there
    ]
    if lacking:
        raise UsageError(f"Still lacking: {' and '.join(lacking)}. Nobody signs in without. Set it, then go on.")
    credential_rows.set_enrolled(tx, person.id, clock.now())


def rename_passkey(tx: Tx, clock: Clock, person: Person, passkey_id: int, name: str) -> bool:
    """Give a passkey of a person another name; False where they have none of that number."""
    if not passkey_rows.rename(tx, person.id, passkey_id, name):
        return False
    note(tx, clock, actor_of(person), "rename_passkey", f"person:{person.id}", passkey=passkey_id)
    return True


def remove_passkey(tx: Tx, clock: Clock, person: Person, passkey_id: int) -> bool:
    """Remove a passkey; False where the person has none of that number.

    Raises `NotAllowed` where it is their only second factor.
    """
    own = passkey_rows.of_person(tx, person.id)
    if passkey_id not in {passkey.id for passkey in own}:
        return False
    others = [passkey for passkey in own if passkey.id != passkey_id and passkey.suspended_at is None]
    if not others and totp_rows.find(tx, person.id, is_confirmed=True) is None:
        raise _only_one()
    passkey_rows.remove(tx, person.id, passkey_id)
    note(tx, clock, actor_of(person), "remove_passkey", f"person:{person.id}", passkey=passkey_id)
    return True


def erase_credentials(tx: Tx, person_ids: Sequence[int]) -> None:
    """Forget all that persons sign in with whose names are erased."""
    for person_id in person_ids:
        forget_credentials(tx, person_id)


def _only_one() -> NotAllowed:
    return NotAllowed("This is your only second factor. Nothing was changed. Set up another one first.")
