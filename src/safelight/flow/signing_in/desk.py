"""What every act of signing in takes: the parts, who asks, and whom a session stands for."""

from dataclasses import dataclass, field
from datetime import timedelta

from safelight.access import queries
from safelight.access.person import Person
from safelight.access.signing_in.password import PasswordHasher
from safelight.access.signing_in.relying_party import RelyingParty
from safelight.access.signing_in.session import Session, SignInRules, Stage, require_fresh
from safelight.access.signing_in.token import digest_of_token
from safelight.access.steps.sessions import ENDED, touch_session
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read, write
from safelight.errors import NotAllowed, SessionEnded
from safelight.keys.interface import KeyService
from safelight.roles import Actor, ActorKind

_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInDesk:
    """The parts that signing in takes. One for a whole process: `passwords` bounds how much is hashed at once."""

    engine: Engine
    clock: Clock
    keys: KeyService
    party: RelyingParty
    passwords: PasswordHasher = field(default_factory=PasswordHasher)
    rules: SignInRules = field(default_factory=SignInRules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, as far as a request shows it.

    `address` is the network address, and is kept as a digest only. `visitor` is the random token of a browser that has
    not signed in, `device` the one that it got when somebody last did; `browser` is what people read in their list of
    sessions (`Firefox on Linux`).
    """

    address: str
    visitor: str = ""
    device: str | None = None
    browser: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Whom a session stands for, as they are at this moment. `actor` may nothing before the session is signed in."""

    session: Session
    person: Person
    actor: Actor
    token: str = field(repr=False)


def find_present(desk: SignInDesk, token: str | None, *, is_activity: bool = True) -> Present:
    """Return whom a token stands for, with what they may do at this moment. For every request.

    The person, their roles and what these may are read anew each time: whoever is disabled, reset or given other roles
    is so from the next request on. `is_activity` is False for what a page asks by itself, which keeps no session alive.
    Raises `SessionEnded`, and `DatabaseUnusable`.
    """
    with read(desk.engine) as tx:
        present = read_present(tx, desk, token)
    if is_activity and desk.clock.now() - present.session.used_at >= _TOUCH_EVERY:
        with write(desk.engine) as tx:
            touch_session(tx, desk.clock, present.session)
    return present


def read_present(tx: Tx, desk: SignInDesk, token: str | None) -> Present:
    """Return whom a token stands for, within a transaction. Raises `SessionEnded`."""
    digest = digest_of_token(token)
    found = None if digest is None else queries.find_session(tx, digest)
    if token is None or found is None:
        raise SessionEnded(ENDED)
    session, person = found
    if not person.is_active or not session.is_living(desk.clock.now(), idle=desk.rules.idle):
        raise SessionEnded(ENDED)
    may = queries.permissions_of(tx, person) if session.stage is Stage.SIGNED_IN else frozenset()
    actor = Actor(kind=ActorKind.PERSON, name=person.name, permissions=may)
    return Present(session=session, person=person, actor=actor, token=token)


def read_stage(tx: Tx, desk: SignInDesk, token: str | None, stage: Stage) -> Present:
    """Return whom a token stands for, in one stage. Raises `SessionEnded`, also for a session in another stage."""
    present = read_present(tx, desk, token)
    if present.session.stage is not stage:
        raise SessionEnded(ENDED)
    return present


def read_enroller(tx: Tx, desk: SignInDesk, token: str | None) -> Present:
    """Return who may change what they sign in with: who is enrolling, or has just shown who they are.

    Raises `SessionEnded`, `NotAllowed` for one whose second factor is awaited, `ReauthenticationNeeded`.
    """
    present = read_present(tx, desk, token)
    if present.session.stage is Stage.AWAITING:
        raise NotAllowed("Your second factor is awaited. Nothing was changed. Finish signing in first.")
    if present.session.stage is Stage.SIGNED_IN:
        require_fresh(present.session, desk.clock.now())
    return present
