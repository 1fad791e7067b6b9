"""Signing in: by password and a second factor, or by a passkey alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from safelight.access import queries
from safelight.access.names import name_key
from safelight.access.person import Person
from safelight.access.signing_in.ceremony import REFUSAL as PASSKEY_REFUSAL
from safelight.access.signing_in.ceremony import Answer, assertion_options
from safelight.access.signing_in.challenge import ChallengePurpose
from safelight.access.signing_in.credentials import Credentials
from safelight.access.signing_in.sealed_totp import unseal_totp
from safelight.access.signing_in.session import Factor, Means, Session, Stage
from safelight.access.signing_in.token import digest_of_token
from safelight.access.signing_in.totp import drift_of, find_step
from safelight.access.signing_in.tries import ADDRESS_RULE, CHALLENGE_RULE, DEVICE_RULE, NAME_RULE, try_key
from safelight.access.steps import enrolment, passkeys, sessions, trying
from safelight.access.steps.trying import Counted
from safelight.database.text import storable_text
from safelight.database.transaction import Tx, read, write
from safelight.errors import SignInRefused
from safelight.flow.signing_in.answering import accept_answer
from safelight.flow.signing_in.desk import Caller, Present, SignInDesk, read_stage
from safelight.flow.signing_in.taking_back import taking_back

REFUSAL = (
    "The name or the password is not right, or this person may not sign in. Nothing was done. Who was just invited "
    "signs in by their sign-in code first."
)
"""One sentence for an unknown name, a wrong password and somebody who is disabled, so that nothing can be learned."""

CODE_REFUSAL = "The code was not accepted: it is wrong, too old, or was used already. Wait for the next one."

UNFINISHED = (
    "Your sign-in was never set up to its end: a second factor is lacking. Nothing was done. Ask whoever administers "
    "this installation for a new sign-in code."
)

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstFactor:
    """The password was right. `token` is of a session that can only finish signing in, with one of the factors."""

    token: str = field(repr=False)
    session: Session
    factors: frozenset[Factor]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Somebody has signed in wholly: the tokens of the session and of the browser are for its cookies."""

    token: str = field(repr=False)
    device: str = field(repr=False)
    session: Session
    person: Person
    recovery_codes_left: int


def begin_sign_in(desk: SignInDesk, caller: Caller, name: str, password: str) -> FirstFactor:
    """Take a name and a password. What it costs does not depend on whether there is such a person: one hash.

    Raises `SignInRefused` with one sentence for whatever was wrong, `RateLimited` after too many wrong tries (for names
    that nobody has, too), `ClockWrong`.
    """
    name = storable_text(name[:_LONGEST_NAME])
    with write(desk.engine) as tx:
        counted = _counted(tx, desk, caller, name)
        trying.count_try(tx, desk.clock, counted)
    with read(desk.engine) as tx:
        person, held = _whose(tx, name)
    kept = held.password if person is not None and held is not None and person.is_active else None
    with taking_back(desk, counted):
        is_right = desk.passwords.matches(kept, password)
    if not is_right or person is None or held is None or kept is None:
        raise _refused(desk, counted, REFUSAL)
    renewed = desk.passwords.hash(password) if desk.passwords.is_outdated(kept) else None
    with write(desk.engine) as tx:
        person = sessions.require_person(tx, person.id, REFUSAL)
        if queries.find_credentials(tx, person.id) != held:
            raise SignInRefused(REFUSAL)  # it was reset or changed in this moment
        trying.forgive_try(tx, counted)
        return _first_factor(tx, desk, caller, person, renewed)


def _counted(tx: Tx, desk: SignInDesk, caller: Caller, name: str) -> Sequence[Counted]:
    """Return what a try of a password is counted under.

    In a browser that whoever has this name has signed in by, that browser alone: a stranger's tries do not count there.
    In any other, the name and the network address.
    """
    now = desk.clock.now()
    device_id = trying.find_device(tx, name, digest_of_token(caller.device), now)
    if device_id is not None:
        device = Counted(key=try_key("device", str(device_id)), rule=DEVICE_RULE, target=f"device:{device_id}")
        if not trying.is_exhausted(tx, device.key, DEVICE_RULE, now):
            return (device,)
    person = queries.find_by_name(tx, name)
    target = f"person:{'unknown' if person is None else person.id}"
    return (
        Counted(key=try_key("name", name_key(name)), rule=NAME_RULE, target=target),
        _of_address(caller, "address"),
    )


def _of_address(caller: Caller, kind: str) -> Counted:
    rule = ADDRESS_RULE if kind == "address" else CHALLENGE_RULE
    return Counted(key=try_key(kind, caller.address), rule=rule, target="address:withheld", is_wiped=False)


def _whose(tx: Tx, name: str) -> tuple[Person | None, Credentials | None]:
    person = queries.find_by_name(tx, name)
    held = queries.find_credentials(tx, 0 if person is None else person.id)  # asked for in either case
    return person, held


def _first_factor(tx: Tx, desk: SignInDesk, caller: Caller, person: Person, renewed: str | None) -> FirstFactor:
    enrolled = queries.find_enrolled(tx, person.id, desk.clock.now())
    if enrolled.enrolled_at is None or not enrolled.has_second_factor:
        raise SignInRefused(UNFINISHED)
    if renewed is not None:
        enrolment.renew_hash(tx, person, renewed)
    token, session = sessions.open_session(
        tx, desk.clock, person, stage=Stage.AWAITING, means=None, browser=caller.browser, rules=desk.rules
    )
    return FirstFactor(token=token, session=session, factors=enrolled.factors)


def finish_with_totp(desk: SignInDesk, caller: Caller, token: str, code: str) -> SignedIn:
    """Finish signing in with the code of an authenticator app. A code is accepted once.

    Raises `SignInRefused`, `SessionEnded`, `RateLimited`, `KeysUnusable` where the secret cannot be opened.
    """
    present, counted = _begin_second(desk, token)
    with read(desk.engine) as tx:
        sealed = queries.find_totp(tx, present.person.id)
    if sealed is None:
        raise _refused(desk, counted, CODE_REFUSAL)
    with taking_back(desk, counted):
        secret = unseal_totp(desk.keys, sealed)
    now = desk.clock.now()
    step = find_step(secret, code, now, drift=sealed.drift, after=sealed.last_step)
    if step is None:
        raise _refused(desk, counted, CODE_REFUSAL)
    with write(desk.engine) as tx:
        person = sessions.require_person(tx, present.person.id, REFUSAL)
        if enrolment.accept_totp(tx, sealed, step=step, drift=drift_of(step, now)):
            trying.forgive_try(tx, counted)
            return _signed_in(tx, desk, caller, person, present=present, means=Means.PASSWORD_TOTP)
    raise _refused(desk, counted, CODE_REFUSAL)


def use_recovery_code(desk: SignInDesk, caller: Caller, token: str, code: str) -> SignedIn:
    """Finish signing in with a recovery code, which is used up. Raises as `finish_with_totp`."""
    present, counted = _begin_second(desk, token)
    with write(desk.engine) as tx:
        person = sessions.require_person(tx, present.person.id, REFUSAL)
        if enrolment.use_recovery_code(tx, desk.clock, person, code):
            trying.forgive_try(tx, counted)
            return _signed_in(tx, desk, caller, person, present=present, means=Means.PASSWORD_RECOVERY_CODE)
    raise _refused(desk, counted, CODE_REFUSAL)


def begin_with_passkey(desk: SignInDesk, caller: Caller, token: str | None = None) -> str:
    """Return, as JSON, what `navigator.credentials.get` is given.

    With the token of a session whose second factor is awaited, one of that person's passkeys is asked for; without, any
    that the browser has, for whose name nobody is asked. Raises `RateLimited`, `SessionEnded`.
    """
    with write(desk.engine) as tx:
        present = None if token is None else read_stage(tx, desk, token, Stage.AWAITING)
        if present is None:
            trying.count_try(tx, desk.clock, [_of_address(caller, "challenge")])
        own = () if present is None else queries.list_passkeys(tx, present.person.id)
        holder = _holder(caller, token)
        challenge = passkeys.make_challenge(
            tx, desk.clock, purpose=ChallengePurpose.SIGN_IN, holder=holder, rules=desk.rules
        )
    return assertion_options(desk.party, challenge, allowed=[each for each in own if each.suspended_at is None])


def finish_with_passkey(desk: SignInDesk, caller: Caller, answer: str, token: str | None = None) -> SignedIn:
    """Finish signing in with what `navigator.credentials.get` gave, as JSON: alone, or beside a password.

    A passkey verifies its person itself, so that alone it is two factors. Wrong passwords of strangers do not keep it
    from being used. Raises `SignInRefused`, `SessionEnded`.
    """
    present = None
    if token is not None:
        with read(desk.engine) as tx:
            present = read_stage(tx, desk, token, Stage.AWAITING)
    shown = accept_answer(desk, Answer(answer), ChallengePurpose.SIGN_IN, _holder(caller, token))
    if present is not None and shown.passkey.person_id != present.person.id:
        raise SignInRefused(PASSKEY_REFUSAL)
    with write(desk.engine) as tx:
        person = sessions.require_person(tx, shown.passkey.person_id, PASSKEY_REFUSAL)
        is_accepted = shown.is_accepted(tx, desk)
        if is_accepted:
            trying.forgive_try(tx, [enrolment.second_factor_tries(person.id)])
            means = Means.PASSKEY if present is None else Means.PASSWORD_PASSKEY
            return _signed_in(tx, desk, caller, person, present=present, means=means)
    raise SignInRefused(PASSKEY_REFUSAL)


def _holder(caller: Caller, token: str | None) -> bytes:
    digest = digest_of_token(caller.visitor if token is None else token)
    if digest is None:
        raise SignInRefused(PASSKEY_REFUSAL)
    return digest


def _begin_second(desk: SignInDesk, token: str) -> tuple[Present, Sequence[Counted]]:
    with write(desk.engine) as tx:
        present = read_stage(tx, desk, token, Stage.AWAITING)
        counted = (enrolment.second_factor_tries(present.person.id),)
        trying.count_try(tx, desk.clock, counted)
    return present, counted


def _refused(desk: SignInDesk, counted: Sequence[Counted], refusal: str) -> SignInRefused:
    with write(desk.engine) as tx:
        trying.leave_tries(tx, desk.clock, counted)
    return SignInRefused(refusal)


def _signed_in(
    tx: Tx, desk: SignInDesk, caller: Caller, person: Person, *, present: Present | None, means: Means
) -> SignedIn:
    before = None if present is None else (present.token, present.session)
    token, session = sessions.sign_in(
        tx, desk.clock, person, before=before, means=means, browser=caller.browser, rules=desk.rules
    )
    return signed_in(tx, desk, caller, person, opened=(token, session))


def signed_in(tx: Tx, desk: SignInDesk, caller: Caller, person: Person, *, opened: tuple[str, Session]) -> SignedIn:
    """Return what the browser of somebody is given who has signed in, and remember the browser."""
    device = sessions.remember_browser(tx, desk.clock, person, caller.device, rules=desk.rules)
    left = queries.find_enrolled(tx, person.id, desk.clock.now()).recovery_codes
    token, session = opened
    return SignedIn(token=token, device=device, session=session, person=person, recovery_codes_left=left)
