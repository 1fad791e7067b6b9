"""One's own sessions: showing again who one is, signing out, looking at the others and ending them."""

from safelight.access import queries
from safelight.access.signing_in.ceremony import REFUSAL as PASSKEY_REFUSAL
from safelight.access.signing_in.ceremony import Answer, assertion_options
from safelight.access.signing_in.challenge import ChallengePurpose
from safelight.access.signing_in.session import Factor, Session, Stage
from safelight.access.signing_in.token import digest_of_token
from safelight.access.signing_in.tries import NAME_RULE, try_key
from safelight.access.steps import enrolment, passkeys, sessions, trying
from safelight.access.steps.trying import Counted
from safelight.database.transaction import read, write
from safelight.errors import SessionEnded, SignInRefused
from safelight.flow.signing_in.answering import accept_answer
from safelight.flow.signing_in.desk import SignInDesk, read_present, read_stage
from safelight.flow.signing_in.taking_back import taking_back

REFUSAL = "The password is not right. Nothing was done. Try again, or use a passkey."


def reauthenticate(desk: SignInDesk, token: str, password: str) -> str:
    """Show again, by password, who one is; return the token that the session has from now on.

    Wrong tries are counted for the session alone, apart from those of strangers. Raises
    `SignInRefused`, `SessionEnded`, `RateLimited`.
    """
    with write(desk.engine) as tx:
        present = read_stage(tx, desk, token, Stage.SIGNED_IN)
        key, target = try_key("reauthentication", str(present.session.id)), f"person:{present.person.id}"
        counted = (Counted(key=key, rule=NAME_RULE, target=target),)
        trying.count_try(tx, desk.clock, counted)
        held = queries.find_credentials(tx, present.person.id)
    with taking_back(desk, counted):
        is_right = desk.passwords.matches(None if held is None else held.password, password)
    with write(desk.engine) as tx:
        if is_right:
            person = sessions.require_person(tx, present.person.id, REFUSAL)
            if queries.find_credentials(tx, person.id) != held:
                raise SessionEnded(sessions.ENDED)
            trying.forgive_try(tx, counted)
            before, by = (token, present.session), "password"
            return sessions.refresh_session(tx, desk.clock, person, before, by=by, rules=desk.rules)[0]
        trying.leave_tries(tx, desk.clock, counted)
    raise SignInRefused(REFUSAL)


def begin_reauthentication(desk: SignInDesk, token: str) -> str:
    """Return, as JSON, what `navigator.credentials.get` is given to show by a passkey who one is.

    Raises `SessionEnded`.
    """
    with write(desk.engine) as tx:
        present = read_stage(tx, desk, token, Stage.SIGNED_IN)
        own = [each for each in queries.list_passkeys(tx, present.person.id) if each.suspended_at is None]
        purpose, holder = ChallengePurpose.REAUTHENTICATE, _holder(token)
        challenge = passkeys.make_challenge(tx, desk.clock, purpose=purpose, holder=holder, rules=desk.rules)
    return assertion_options(desk.party, challenge, allowed=own)


def reauthenticate_with_passkey(desk: SignInDesk, token: str, answer: str) -> str:
    """Show again, by a passkey, who one is; return the token that the session has from now on.

    Raises `SignInRefused`, `SessionEnded`.
    """
    with read(desk.engine) as tx:
        present = read_stage(tx, desk, token, Stage.SIGNED_IN)
    shown = accept_answer(desk, Answer(answer), ChallengePurpose.REAUTHENTICATE, _holder(token))
    if shown.passkey.person_id != present.person.id:
        raise SignInRefused(PASSKEY_REFUSAL)
    with write(desk.engine) as tx:
        person = sessions.require_person(tx, present.person.id, PASSKEY_REFUSAL)
        if shown.is_accepted(tx, desk):
            trying.forgive_try(tx, [enrolment.second_factor_tries(person.id)])
            before, by = (token, present.session), Factor.PASSKEY.value
            return sessions.refresh_session(tx, desk.clock, person, before, by=by, rules=desk.rules)[0]
    raise SignInRefused(PASSKEY_REFUSAL)


def sign_out(desk: SignInDesk, token: str | None) -> None:
    """End the session of a token. One that is over already is no fault."""
    with write(desk.engine) as tx:
        try:
            present = read_present(tx, desk, token)
        except SessionEnded:
            return
        sessions.end_session(tx, desk.clock, present.person, present.session.id, verb="sign_out")


def list_sessions(desk: SignInDesk, token: str) -> list[Session]:
    """Return one's own sessions that count, the one that was used last first. Raises `SessionEnded`."""
    with read(desk.engine) as tx:
        present = read_stage(tx, desk, token, Stage.SIGNED_IN)
        now, idle = desk.clock.now(), desk.rules.idle
        return [each for each in queries.list_sessions(tx, present.person.id) if each.is_living(now, idle=idle)]


def end_session(desk: SignInDesk, token: str, session_id: int) -> None:
    """End one of one's own sessions. Raises `NotFound` for any other, `SessionEnded`."""
    with write(desk.engine) as tx:
        present = read_stage(tx, desk, token, Stage.SIGNED_IN)
        sessions.end_session(tx, desk.clock, present.person, session_id)


def end_other_sessions(desk: SignInDesk, token: str) -> int:
    """End all of one's own sessions but this one, and forget every browser; return how many sessions."""
    with write(desk.engine) as tx:
        present = read_stage(tx, desk, token, Stage.SIGNED_IN)
        return sessions.end_other_sessions(tx, desk.clock, present.person, but=present.session.id)


def _holder(token: str) -> bytes:
    return digest_of_token(token) or b""
