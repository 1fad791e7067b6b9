"""A console on a database of its own, people who have signed in, and browsers: plain ones here, real ones beside."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from anyio import CapacityLimiter
from jinja2 import Environment
from starlette.testclient import TestClient

from safelight.access.signing_in.password import Cost, PasswordHasher
from safelight.access.signing_in.relying_party import read_relying_party
from safelight.access.signing_in.sealed_totp import seal_totp
from safelight.access.signing_in.session import Means
from safelight.access.signing_in.token import new_token
from safelight.access.signing_in.totp import find_step, new_secret
from safelight.access.steps import enrolment, sessions
from safelight.app.reporting_parts import FORMS
from safelight.clock import SystemClock
from safelight.database.engine import open_engine
from safelight.database.transaction import write
from safelight.errors import NotFound
from safelight.flow import access
from safelight.flow.outcomes.desk import OutcomeDesk
from safelight.flow.reporting.desk import ReportDesk
from safelight.flow.review.desk import ReviewDesk
from safelight.flow.review.showing import Showing
from safelight.flow.signing_in.arriving import SignedIn, signed_in
from safelight.flow.signing_in.desk import Caller, SignInDesk
from safelight.review.derivatives.request import DERIVATIVE_TASKS
from safelight.review.exposure.limits import Limits
from safelight.review.rules import ReviewRules
from safelight.review.second_reading import SecondReading
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind
from safelight.sandbox.pool import Pool
from safelight.settings import Settings
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.vault import Vault
from safelight.web.console.app import ConsoleApp, open_door
from safelight.web.console.condition import Figure, Wellness
from safelight.web.console.console import Console
from safelight.web.console.door import Door
from safelight.web.console.rendering import open_templates
from safelight.web.csrf import FIELD, csrf_token
from safelight.web.sessions import SESSION

ORIGIN = "https://review.example.org"
PASSWORD = "grey otters count slowly"
CHEAP = Cost(memory_kib=8, rounds=1, lanes=1)
ADMIN = Actor(kind=ActorKind.SYSTEM_USER, name="tester", permissions=EVERY_PERMISSION)
_NUMBERS = itertools.count()
FIGURES = (
    Figure(name="version", value="0.1.0"),
    Figure(name="jobs_dead", value="2", wellness=Wellness.UNWELL),
    Figure(name="database", code="database_unusable", wellness=Wellness.UNWELL),
)


NOT_SAMPLED = ReviewRules(second=SecondReading(share=0))
"""A second reader is asked where there is a reason for it, and not by chance."""


def find_among(known: dict[str, Any]) -> Callable[[str], Any]:
    """Return what finds a destination of a test."""

    def find(name: str) -> Any:
        if name not in known:
            raise NotFound(f"There is no destination {name!r} here.")
        return known[name]

    return find


class MovingClock:
    """The system's clock, which can be moved on."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return SystemClock().now() + self.ahead

    def move(self, **span: float) -> None:
        self.ahead += timedelta(**span)


@dataclass
class Person:
    """Somebody who has signed in, with the secret of their app."""

    name: str
    secret: str
    signed_in: SignedIn
    clock: MovingClock

    def code(self) -> str:
        """What their app shows, once it shows another than at the last sign-in."""
        self.clock.move(seconds=31)
        return pyotp.TOTP(self.secret).at(self.clock.now())


class Browser(TestClient):
    """A browser without a script: it has cookies, says where it comes from, and finds the token of the page's forms."""

    def __init__(self, app: Any) -> None:
        headers = {"accept-language": "en", "sec-fetch-site": "same-origin", "origin": ORIGIN}
        super().__init__(app, base_url=ORIGIN, headers=headers, raise_server_exceptions=False, follow_redirects=False)

    def enter(self, person: Person) -> "Browser":
        """Go on in the session of somebody."""
        return self.take(person.signed_in.token)

    def take(self, token: str) -> "Browser":
        """Go on in a session."""
        self.cookies.set(f"__Host-safelight-{SESSION}", token, domain="review.example.org")
        return self

    def submit(self, path: str, **fields: Any) -> Any:
        """Send a form with the token of the session, or of the page that was opened last."""
        return self.post(path, data={FIELD: csrf_token(self.known_token), **fields})

    @property
    def known_token(self) -> str:
        """The token that our forms are bound to: of the session, or of the visitor."""
        names = ("__Host-safelight-session", "__Host-safelight-visitor")
        return next((self.cookies[name] for name in names if name in self.cookies), "")


@pytest.fixture(scope="module")
def moving() -> MovingClock:
    return MovingClock()


@pytest.fixture(scope="session")
def templates() -> Environment:
    """The templates, read and compiled once for all tests."""
    return open_templates()


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    """What makes pictures that may be shown: one for all tests."""
    with Pool(DERIVATIVE_TASKS) as pool:
        yield pool


@pytest.fixture(scope="module")
def known_destinations() -> dict[str, Any]:
    """What reports can be drafted to, by its name: a test puts its own in."""
    return {}


@pytest.fixture(scope="module")
def console(
    *,
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    moving: MovingClock,
    templates: Environment,
    pool: Pool,
    known_destinations: dict[str, Any],
) -> Iterator[Console]:
    """The parts of a console on SQLite: what it asks of the database is tried on both in the rooms below."""
    folder = tmp_path_factory.mktemp("console")
    shutil.copy(sqlite_template, folder / "safelight.db")
    engine = open_engine(f"sqlite:///{folder / 'safelight.db'}")
    party, passwords, keys = read_relying_party(ORIGIN), PasswordHasher(CHEAP), MemoryKeys()
    desk = SignInDesk(engine=engine, clock=moving, keys=keys, party=party, passwords=passwords)
    blobs = DiskBlobs(folder / "vault")
    blobs.create()
    vault = Vault(blobs=blobs, keys=keys, clock=moving)
    yield Console(
        settings=Settings(workspace=folder, console_origin=ORIGIN, report_jurisdiction="GB"),
        desk=desk,
        questions=CapacityLimiter(4),
        condition=lambda: FIGURES,
        review_desk=lambda actor: ReviewDesk(engine=engine, clock=moving, actor=actor, keys=keys, rules=NOT_SAMPLED),
        report_desk=lambda actor: ReportDesk(
            engine=engine, clock=moving, vault=vault, actor=actor, find=find_among(known_destinations), forms=FORMS
        ),
        outcome_desk=lambda actor: OutcomeDesk(engine=engine, clock=moving, keys=keys, actor=actor),
        destinations=lambda: tuple(known_destinations),
        showing=Showing(engine=engine, clock=moving, vault=vault, runner=pool, house=Limits()),
        templates=templates,
    )
    engine.dispose()


@pytest.fixture(scope="module")
def door(console: Console) -> Door:
    """Every page with what it needs."""
    return open_door(console)


@pytest.fixture(scope="module")
def app(console: Console) -> ConsoleApp:
    return ConsoleApp(console)


@pytest.fixture
def browser(app: ConsoleApp) -> Browser:
    """A browser that nobody has signed in with."""
    return Browser(app)


@pytest.fixture
def another(app: ConsoleApp) -> Browser:
    """A second browser, for somebody else."""
    return Browser(app)


@pytest.fixture
def by_hand() -> Actor:
    """Whoever runs the machine."""
    return ADMIN


@pytest.fixture(scope="module")
def invite(console: Console) -> Callable[..., str]:
    """Add somebody and return their sign-in code."""

    def do(name: str, *roles: str) -> str:
        access.add_person(console.engine, console.clock, ADMIN, name, role_names=roles)
        return access.invite_person(console.engine, console.clock, ADMIN, name, lasting=timedelta(days=1))[1]

    return do


@pytest.fixture(scope="session")
def kept_password() -> str:
    """The hash of everybody's password."""
    return PasswordHasher(CHEAP).hash(PASSWORD)


@pytest.fixture(scope="module")
def enrol(console: Console, moving: MovingClock, kept_password: str) -> Callable[..., Person]:
    """Let somebody with these roles sign in for the first time, with a password and an app.

    All that one does for it is done in one transaction: test_first_sign_in.py goes through the pages for it.
    """
    desk, caller = console.desk, Caller(address="192.0.2.7", visitor=new_token(), browser="Firefox on Linux")

    def do(name: str, *roles: str) -> Person:
        access.add_person(desk.engine, moving, ADMIN, name, role_names=roles)
        secret, now = new_secret(), moving.now()
        with write(desk.engine) as tx:
            code = enrolment.invite_person(tx, moving, ADMIN, name, lasting=timedelta(days=1))[1]
            person = enrolment.use_invitation(tx, moving, code)
            enrolment.set_password(tx, moving, person, kept_password)
            sealed = seal_totp(desk.keys, person.id, secret, now)
            enrolment.add_totp(tx, sealed)
            step = find_step(secret, pyotp.TOTP(secret).at(now), now)
            enrolment.confirm_totp(tx, moving, person, sealed, step=step or 0, drift=0)
            enrolment.finish_enrolment(tx, moving, person)
            enrolment.make_recovery_codes(tx, moving, person)
            how = {"means": Means.ENROLMENT, "browser": caller.browser, "rules": desk.rules}
            opened = sessions.sign_in(tx, moving, person, before=None, **how)
            return Person(name, secret, signed_in(tx, desk, caller, person, opened=opened), moving)

    return do


@pytest.fixture
def admins(browser: Browser, enrol: Callable[..., Person]) -> Browser:
    """A browser of somebody who may do everything, and has just shown that they are there."""
    return browser.enter(enrol(f"admin-{next(_NUMBERS)}@example.org", "admin"))
