"""Setting up what one signs in with: at the first sign-in, and later by whoever has just shown who they are."""

from dataclasses import dataclass, field

from safelight.access import queries
from safelight.access.signing_in.ceremony import Answer, enrolment_options
from safelight.access.signing_in.challenge import ChallengePurpose
from safelight.access.signing_in.credentials import Enrolled
from safelight.access.signing_in.passkey import Passkey, passkey_name
from safelight.access.signing_in.password import check_password
from safelight.access.signing_in.sealed_totp import seal_totp, unseal_totp
from safelight.access.signing_in.session import Means, Session, Stage
from safelight.access.signing_in.token import digest_of_token
from safelight.access.signing_in.totp import drift_of, find_step, new_secret, provisioning_uri
from safelight.access.signing_in.tries import ADDRESS_RULE, try_key
from safelight.access.steps import enrolment, passkeys, sessions, trying
from safelight.access.steps.trying import Counted
from safelight.database.transaction import read, write
from safelight.errors import NotFound, SignInRefused
from safelight.flow.signing_in.answering import use_up
from safelight.flow.signing_in.arriving import REFUSAL, SignedIn, signed_in
from safelight.flow.signing_in.desk import Caller, Present, SignInDesk, read_enroller, read_present, read_stage
from safelight.keys.kept import require_kept
from safelight.keys.recovery import require_exported

_PLACE_NAMES = ("safelight",)

CODE_REFUSAL = (
    "This is not the code that the app should show now. Nothing was changed. See that the clock of the device with the "
    "app is right, and enter the code that it shows next."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTotp:
    """A new secret for an authenticator app, shown this once: for typing, and as the address of a QR code."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


def begin_enrolment(desk: SignInDesk, caller: Caller, code: str) -> tuple[str, Session]:
    """Take a sign-in code, which is used up, and open a session that can only enrol; return its token, and it.

    Raises `SignInRefused` for a code that is unknown, used or too old, `RateLimited`.
    """
    counted = (
        Counted(key=try_key("address", caller.address), rule=ADDRESS_RULE, target="address:withheld", is_wiped=False),
    )
    with write(desk.engine) as tx:
        trying.count_try(tx, desk.clock, counted)
    try:
        with write(desk.engine) as tx:
            person = enrolment.use_invitation(tx, desk.clock, code)
            trying.forgive_try(tx, counted)
            return sessions.open_session(
                tx, desk.clock, person, stage=Stage.ENROLLING, means=None, browser=caller.browser, rules=desk.rules
            )
    except SignInRefused:
        with write(desk.engine) as tx:
            trying.leave_tries(tx, desk.clock, counted)
        raise


def find_enrolled(desk: SignInDesk, token: str) -> Enrolled:
    """Return what the person of a session has set up, without any secret. Raises `SessionEnded`."""
    with read(desk.engine) as tx:
        present = read_present(tx, desk, token)
        return queries.find_enrolled(tx, present.person.id, desk.clock.now())


def set_password(desk: SignInDesk, token: str, password: str) -> str:
    """Set a password, or another one, and return the token that the session has from now on.

    Every other session of the person ends, and every browser is forgotten. Raises `InvalidValue` for one that nobody
    should have, `SessionEnded`, `ReauthenticationNeeded`.
    """
    present = _enroller(desk, token)
    check_password(password, names=(present.person.name, *_PLACE_NAMES))
    kept = desk.passwords.hash(password)
    with write(desk.engine) as tx:
        person = sessions.require_person(tx, present.person.id, REFUSAL)
        turned = sessions.turn_session(tx, (token, present.session))
        enrolment.set_password(tx, desk.clock, person, kept)
        if present.session.stage is Stage.SIGNED_IN:
            sessions.end_other_sessions(tx, desk.clock, person, but=present.session.id)
    return turned


def enrol_totp(desk: SignInDesk, token: str) -> NewTotp:
    """Make a secret for an authenticator app, in the place of one that was not confirmed. One that counts goes on.

    Raises `SessionEnded`, `ReauthenticationNeeded`, `KeysNotExported` before there is a recovery copy of the keys,
    `KeysUnusable`.
    """
    present = _enroller(desk, token)
    require_exported(desk.keys)
    secret = new_secret()
    sealed = seal_totp(desk.keys, present.person.id, secret, desk.clock.now())
    with write(desk.engine) as tx:
        sessions.require_person(tx, present.person.id, REFUSAL)
        read_enroller(tx, desk, token)
        enrolment.add_totp(tx, sealed)
        require_kept(desk.keys, sealed.wrapped)
    return NewTotp(secret=secret, uri=provisioning_uri(secret, name=present.person.name))


def confirm_totp(desk: SignInDesk, token: str, code: str) -> None:
    """Let the new secret count, in the place of the one before: its code shows that the app has it.

    Raises `SignInRefused` for a wrong code, `NotFound` without a new secret, and as `enrol_totp`.
    """
    present = _enroller(desk, token)
    with read(desk.engine) as tx:
        sealed = queries.find_totp(tx, present.person.id, is_confirmed=False)
    if sealed is None:
        raise NotFound("There is no new secret to be confirmed. Nothing was changed. Make one first.")
    now = desk.clock.now()
    step = find_step(unseal_totp(desk.keys, sealed), code, now)
    if step is None:
        raise SignInRefused(CODE_REFUSAL)
    with write(desk.engine) as tx:
        person = sessions.require_person(tx, present.person.id, REFUSAL)
        read_enroller(tx, desk, token)
        enrolment.confirm_totp(tx, desk.clock, person, sealed, step=step, drift=drift_of(step, now))


def remove_totp(desk: SignInDesk, token: str) -> None:
    """Let codes of an app count no more. Raises `NotAllowed` for the only second factor, and as `set_password`."""
    with write(desk.engine) as tx:
        present = read_enroller(tx, desk, token)
        person = sessions.require_person(tx, present.person.id, REFUSAL)
        enrolment.remove_totp(tx, desk.clock, person)


def enrol_passkey(desk: SignInDesk, token: str) -> str:
    """Return, as JSON, what `navigator.credentials.create` is given.

    Raises `SessionEnded`, `ReauthenticationNeeded`.
    """
    with write(desk.engine) as tx:
        present = read_enroller(tx, desk, token)
        held = queries.find_credentials(tx, present.person.id)
        known = queries.list_passkeys(tx, present.person.id)
        purpose, holder = ChallengePurpose.ENROL, _holder(token)
        challenge = passkeys.make_challenge(tx, desk.clock, purpose=purpose, holder=holder, rules=desk.rules)
    if held is None:  # pragma: no cover - whoever has a session has had credentials begun
        raise NotFound("Nothing was begun to be set up. Ask for a new sign-in code.")
    return enrolment_options(desk.party, challenge, handle=held.handle, name=present.person.name, known=known)


def confirm_passkey(desk: SignInDesk, token: str, answer: str, *, name: str) -> Passkey:
    """Add the passkey that `navigator.credentials.create` gave, as JSON, under a name of the person's choice.

    Raises `SignInRefused` for an answer that is not true, `InvalidValue` for the name, `AlreadyExists`, `UsageError`
    for one too many, and as `enrol_passkey`.
    """
    kept_name, read_answer = passkey_name(name), Answer(answer)
    present = _enroller(desk, token)
    use_up(desk, read_answer, ChallengePurpose.ENROL, _holder(token))
    new = read_answer.verify_enrolment(desk.party, read_answer.challenge)
    with write(desk.engine) as tx:
        person = sessions.require_person(tx, present.person.id, REFUSAL)
        read_enroller(tx, desk, token)
        return passkeys.add_passkey(tx, desk.clock, person, kept_name, new)


def rename_passkey(desk: SignInDesk, token: str, passkey_id: int, *, name: str) -> None:
    """Give a passkey of one's own another name. Raises `NotFound`, `InvalidValue`, and as `set_password`."""
    kept_name = passkey_name(name)
    with write(desk.engine) as tx:
        present = read_enroller(tx, desk, token)
        if not enrolment.rename_passkey(tx, desk.clock, present.person, passkey_id, kept_name):
            raise _no_passkey()


def remove_passkey(desk: SignInDesk, token: str, passkey_id: int) -> None:
    """Remove a passkey of one's own. Raises `NotFound`, `NotAllowed` for the only second factor."""
    with write(desk.engine) as tx:
        present = read_enroller(tx, desk, token)
        person = sessions.require_person(tx, present.person.id, REFUSAL)
        if not enrolment.remove_passkey(tx, desk.clock, person, passkey_id):
            raise _no_passkey()


def make_recovery_codes(desk: SignInDesk, token: str) -> tuple[str, ...]:
    """Make new recovery codes in the place of those before; they are shown now and never again.

    Raises `SessionEnded`, `ReauthenticationNeeded`.
    """
    with write(desk.engine) as tx:
        present = read_enroller(tx, desk, token)
        person = sessions.require_person(tx, present.person.id, REFUSAL)
        return enrolment.make_recovery_codes(tx, desk.clock, person)


def finish_enrolment(desk: SignInDesk, caller: Caller, token: str) -> tuple[SignedIn, tuple[str, ...]]:
    """Sign in whoever has set up a password and a second factor; return that, and their first recovery codes.

    Raises `UsageError` that says what is lacking, `SessionEnded`.
    """
    with write(desk.engine) as tx:
        present = read_stage(tx, desk, token, Stage.ENROLLING)
        person = sessions.require_person(tx, present.person.id, REFUSAL)
        enrolment.finish_enrolment(tx, desk.clock, person)
        codes = enrolment.make_recovery_codes(tx, desk.clock, person)
        before, means = (token, present.session), Means.ENROLMENT
        opened = sessions.sign_in(
            tx, desk.clock, person, before=before, means=means, browser=caller.browser, rules=desk.rules
        )
        return signed_in(tx, desk, caller, person, opened=opened), codes


def _enroller(desk: SignInDesk, token: str) -> Present:
    with read(desk.engine) as tx:
        return read_enroller(tx, desk, token)


def _holder(token: str) -> bytes:
    return digest_of_token(token) or b""


def _no_passkey() -> NotFound:
    return NotFound("You have no such passkey. Nothing was changed.")
