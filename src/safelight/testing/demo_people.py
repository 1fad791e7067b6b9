"""People to try the console with: each has a password and an app, as anybody has, and their codes are told by the demo.

They come in as everybody does: added, invited, set up. Nothing of the product lets them in otherwise.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyotp

from safelight.access.signing_in.token import new_token
from safelight.access.signing_in.totp import STEP_S
from safelight.app import Workspace
from safelight.flow import access
from safelight.flow.signing_in import enrolling
from safelight.flow.signing_in.desk import Caller

ROLES = {"robin": ("admin", "reviewer"), "lee": ("lead", "reviewer")}
"""Who there is, and by which roles: one who sees every page, and one who reads a second time and leads."""

_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_LASTING = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """Somebody who can sign in: by the password, and by the codes of an app that nobody needs to have."""

    name: str
    password: str = field(repr=False)
    secret: str = field(repr=False)

    def code_at(self, now: datetime) -> str:
        """Return a code that counts from now on for a minute at least, once: that of the step which comes next."""
        return pyotp.TOTP(self.secret).at(now + timedelta(seconds=STEP_S))


def enrol_people(house: Workspace) -> Sequence[DemoPerson]:
    """Add the people and let them set up what they sign in with; they have one password, which is new each time."""
    password = "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4))
    return [_enrol(house, name, roles, password) for name, roles in ROLES.items()]


def _enrol(house: Workspace, name: str, roles: Sequence[str], password: str) -> DemoPerson:
    access.add_person(house.engine, house.clock, house.actor, name, role_names=roles)
    code = access.invite_person(house.engine, house.clock, house.actor, name, lasting=_LASTING)[1]
    desk, caller = house.sign_in_desk, Caller(address="127.0.0.1", visitor=new_token(), browser="safelight demo")
    token, _ = enrolling.begin_enrolment(desk, caller, code)
    token = enrolling.set_password(desk, token, password)
    secret = enrolling.enrol_totp(desk, token).secret
    enrolling.confirm_totp(desk, token, pyotp.TOTP(secret).at(house.clock.now()))
    enrolling.finish_enrolment(desk, caller, token)
    return DemoPerson(name=name, password=password, secret=secret)
