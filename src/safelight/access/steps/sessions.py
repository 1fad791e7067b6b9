"""Opening, moving on and ending sessions. Each step forward gives the session another token."""

from dataclasses import replace

from safelight.access.person import Person
from safelight.access.signing_in.session import Means, Session, SignInRules, Stage
from safelight.access.signing_in.token import digest_of_token, new_token
from safelight.access.steps.record import note
from safelight.access.store import person_rows, session_rows
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.text import storable_text
from safelight.database.transaction import Tx
from safelight.errors import NotFound, SessionEnded, SignInRefused
from safelight.roles import Actor, ActorKind

MOST_SESSIONS = 20
"""So many one person has at a time; one more ends the one that was not used for longest."""

MOST_BROWSER = 100

ENDED = "There is no such session any more: it was ended, or was unused for too long. Nothing was done. Sign in again."


def actor_of(person: Person) -> Actor:
    """Return a person as who acts upon their own sign-in, with no permission."""
    return Actor(kind=ActorKind.PERSON, name=person.name)


def require_person(tx: Tx, person_id: int, refusal: str) -> Person:
    """Return a person who may work, and keep who would disable or reset them until the transaction ends.

    Raises `SignInRefused` with the refusal for all others.
    """
    person = person_rows.lock(tx, person_id)
    if person is None or not person.is_active:
        raise SignInRefused(refusal)
    return person


def open_session(
    tx: Tx, clock: Clock, person: Person, *, stage: Stage, means: Means | None, browser: str, rules: SignInRules
) -> tuple[str, Session]:
    """Open a session; return its token, which is kept nowhere, and the session."""
    now, token = see(tx, clock), new_token()
    lasting = {Stage.AWAITING: rules.awaiting, Stage.ENROLLING: rules.enrolling, Stage.SIGNED_IN: rules.longest}[stage]
    session = Session(
        id=0,
        person_id=person.id,
        stage=stage,
        means=means,
        browser=storable_text(browser[:MOST_BROWSER]),
        made_at=now,
        used_at=now,
        authenticated_at=now,
        fresh_until=now + rules.fresh if stage is Stage.SIGNED_IN else now,
        ends_at=now + lasting,
    )
    for one_too_many in session_rows.of_person(tx, person.id)[MOST_SESSIONS - 1 :]:
        session_rows.end(tx, person.id, one_too_many.id)
    return token, replace(session, id=session_rows.add(tx, _digest(token), session))


def sign_in(
    tx: Tx, clock: Clock, person: Person, *, before: tuple[str, Session] | None, means: Means, browser: str,
    rules: SignInRules,
) -> tuple[str, Session]:  # fmt: skip
    """Sign a person in wholly: a session that waited for this goes on under a new token, or a new one is opened.

    `before` is the token and the session that waited. Raises `SessionEnded` where that is none any more.
    """
    if before is None:
        token, session = open_session(
            tx, clock, person, stage=Stage.SIGNED_IN, means=means, browser=browser, rules=rules
        )
    else:
        now = see(tx, clock)
        token, session = _moved(
            tx,
            before,
            replace(
                before[1],
                stage=Stage.SIGNED_IN,
                means=means,
                made_at=now,
                used_at=now,
                authenticated_at=now,
                fresh_until=now + rules.fresh,
                ends_at=now + rules.longest,
            ),
        )
    note(tx, clock, actor_of(person), "sign_in", f"person:{person.id}", session=session.id, means=means.value)
    return token, session


def refresh_session(
    tx: Tx, clock: Clock, person: Person, before: tuple[str, Session], *, by: str, rules: SignInRules
) -> tuple[str, Session]:
    """Take note that a person has just shown who they are. The session gets another token, and ends when it did.

    Raises `SessionEnded`.
    """
    now = see(tx, clock)
    fresh = replace(before[1], used_at=now, authenticated_at=now, fresh_until=now + rules.fresh)
    token, session = _moved(tx, before, fresh)
    note(tx, clock, actor_of(person), "reauthenticate", f"person:{person.id}", session=session.id, by=by)
    return token, session


def turn_session(tx: Tx, before: tuple[str, Session]) -> str:
    """Give a session another token, and change nothing else. Raises `SessionEnded`."""
    return _moved(tx, before, before[1])[0]


def _moved(tx: Tx, before: tuple[str, Session], after: Session) -> tuple[str, Session]:
    token = new_token()
    if not session_rows.put(tx, after, before=_digest(before[0]), after=_digest(token)):
        raise SessionEnded(ENDED)
    return token, after


def touch_session(tx: Tx, clock: Clock, session: Session) -> None:
    """Take note that a session was used. It alters nothing that anybody may do, and is no act."""
    session_rows.touch(tx, session.id, clock.now())


def end_session(tx: Tx, clock: Clock, person: Person, session_id: int, *, verb: str = "end_session") -> None:
    """End a session of a person's own. Raises `NotFound`."""
    if not session_rows.end(tx, person.id, session_id):
        raise NotFound("You have no such session any more. Nothing was done.")
    note(tx, clock, actor_of(person), verb, f"person:{person.id}", session=session_id)


def end_other_sessions(tx: Tx, clock: Clock, person: Person, *, but: int) -> int:
    """End every session of a person's own but one, and forget every browser; return how many sessions."""
    count = session_rows.end_others(tx, person.id, but)
    session_rows.forget_devices(tx, person.id)
    note(tx, clock, actor_of(person), "end_other_sessions", f"person:{person.id}", session=but, ended=count)
    return count


def remember_browser(tx: Tx, clock: Clock, person: Person, device: str | None, *, rules: SignInRules) -> str:
    """Remember the browser in which a person has just signed in, so that no stranger locks them out there.

    Returns the token that the browser keeps for it: the one that it has, if it is this person's, or a new one.
    """
    ends_at, digest = clock.now() + rules.device, digest_of_token(device)
    if device is not None and digest is not None and session_rows.renew_device(tx, person.id, digest, ends_at):
        return device
    token = new_token()
    session_rows.add_device(tx, person.id, _digest(token), ends_at)
    return token


def drop_all_sessions(tx: Tx) -> int:
    """End everybody's sessions, as after a restore: those of the backup would live on that were ended since."""
    return session_rows.drop_all(tx)


def _digest(token: str) -> bytes:
    digest = digest_of_token(token)
    if digest is None:
        raise SessionEnded(ENDED)
    return digest
