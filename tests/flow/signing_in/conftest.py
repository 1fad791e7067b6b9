"""Somebody who was invited, their browser and authenticator, and a clock that is moved by hand."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from safelight.access.signing_in.password import Cost, PasswordHasher
from safelight.access.signing_in.relying_party import read_relying_party
from safelight.access.signing_in.token import new_token
from safelight.audit.queries import page_entries
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.flow import access
from safelight.flow.signing_in import arriving, enrolling
from safelight.flow.signing_in.arriving import SignedIn
from safelight.flow.signing_in.desk import Caller, SignInDesk
from safelight.roles import Actor
from safelight.testing.authenticator import SoftAuthenticator
from safelight.testing.keys import MemoryKeys

ORIGIN = "https://review.example.org"
PASSWORD = "grey otters count slowly"
CHEAP = Cost(memory_kib=8, rounds=1, lanes=1)
DAY = timedelta(days=1)


class MovingClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class Somebody:
    """A person who has set up everything, with what they have at hand."""

    desk: SignInDesk
    clock: MovingClock
    name: str
    caller: Caller
    authenticator: SoftAuthenticator
    secret: str = ""
    codes: tuple[str, ...] = ()
    signed_in: SignedIn | None = None

    @property
    def token(self) -> str:
        """The token of the session of their enrolment."""
        assert self.signed_in is not None
        return self.signed_in.token

    def code(self, **ahead: float) -> str:
        """What their app shows now, or some time ahead."""
        import pyotp

        return pyotp.TOTP(self.secret).at(self.clock.now() + timedelta(**ahead))

    def begin(self, caller: Caller | None = None, password: str = PASSWORD) -> arriving.FirstFactor:
        return arriving.begin_sign_in(self.desk, caller or self.caller, self.name, password)

    def sign_in(self, caller: Caller | None = None) -> SignedIn:
        """Sign in by password and app, with a code that was not used yet."""
        self.clock.move(seconds=31)
        first = self.begin(caller)
        return arriving.finish_with_totp(self.desk, caller or self.caller, first.token, self.code())

    def sign_in_by_passkey(self, caller: Caller | None = None) -> SignedIn:
        asked = arriving.begin_with_passkey(self.desk, caller or self.caller)
        return arriving.finish_with_passkey(self.desk, caller or self.caller, self.authenticator.get(asked))


@pytest.fixture
def moving(clock: FixedClock) -> MovingClock:
    return MovingClock(clock.at)


@pytest.fixture
def desk(engine: Engine, moving: MovingClock) -> SignInDesk:
    return SignInDesk(
        engine=engine,
        clock=moving,
        keys=MemoryKeys(),
        party=read_relying_party(ORIGIN),
        passwords=PasswordHasher(CHEAP),
    )


@pytest.fixture
def new_caller() -> Callable[..., Caller]:
    """Give a browser that nobody knows, each time another one."""
    return lambda address="192.0.2.7", **more: Caller(address=address, visitor=new_token(), **more)


@pytest.fixture
def invite(desk: SignInDesk, actor: Actor) -> Callable[..., str]:
    """Add a person and return their sign-in code."""

    def do(name: str = "Ada", role: str = "reviewer") -> str:
        access.add_person(desk.engine, desk.clock, actor, name, role_names=[role])
        return access.invite_person(desk.engine, desk.clock, actor, name, lasting=DAY)[1]

    return do


@pytest.fixture
def enrol(
    desk: SignInDesk, moving: MovingClock, invite: Callable[..., str], new_caller: Any
) -> Callable[..., Somebody]:
    """Let somebody go through their first sign-in, and return them with what they have."""

    def do(name: str = "Ada", role: str = "reviewer", *, with_passkey: bool = True) -> Somebody:
        caller = new_caller(browser="Firefox on Linux")
        who = Somebody(desk, moving, name, caller, SoftAuthenticator(ORIGIN))
        token, _ = enrolling.begin_enrolment(desk, caller, invite(name, role))
        token = enrolling.set_password(desk, token, PASSWORD)
        who.secret = enrolling.enrol_totp(desk, token).secret
        enrolling.confirm_totp(desk, token, who.code())
        if with_passkey:
            made = who.authenticator.create(enrolling.enrol_passkey(desk, token))
            enrolling.confirm_passkey(desk, token, made, name="blue key")
        who.signed_in, who.codes = enrolling.finish_enrolment(desk, caller, token)
        who.caller = replace(caller, device=who.signed_in.device)
        return who

    return do


@pytest.fixture
def ada(enrol: Callable[..., Somebody]) -> Somebody:
    """Ada, who has a password, an app and a passkey."""
    return enrol()


@pytest.fixture
def verbs(engine: Engine) -> Callable[..., list[str]]:
    """Give the verbs of the audit log after some number of entries."""

    def after(count: int = 0) -> list[str]:
        with read(engine) as tx:
            return [entry.verb for entry in page_entries(tx, limit=1000)][count:]

    return after
