"""`safelight person …`: who works here, by which roles they may do what, and how they come to sign in."""

from datetime import datetime, timedelta
from typing import Annotated

from cyclopts import Parameter

from safelight.access import queries
from safelight.access.person import Person
from safelight.access.signing_in.credentials import Enrolled
from safelight.cli.bank_entry import Reason
from safelight.cli.options import Workspace
from safelight.cli.table import new_table
from safelight.cli.voice import Voice, printable, warn
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.errors import UsageError
from safelight.flow import access as flow

Roles = Annotated[list[str] | None, Parameter(name="--role", help="A role. Can be repeated.", negative="")]

Hours = Annotated[
    float | None, Parameter(help="How many hours the code counts; else as `invitation_hours` says. At most 720.")
]


def add(name: str, /, *, role: Roles = None, reason: Reason = "", workspace: Workspace = None) -> int:
    """Add somebody, with the roles by which they may do what. Then `invite` them.

    Parameters
    ----------
    name
        The name by which they sign in. One person is one name, in whatever letters.

    """
    house = open_named(workspace)
    person = flow.add_person(house.engine, house.clock, house.actor, name, role_names=_some(role), reason=reason)
    Voice().say(f"{_plain(person.name)} is person {person.id}, with: {', '.join(person.role_names)}.")
    return 0


def list_persons(*, workspace: Workspace = None) -> int:
    """List who there is, with their roles."""
    house = open_named(workspace)
    with read(house.engine) as tx:
        found = queries.list_persons(tx)
        states = {person.id: queries.find_enrolled(tx, person.id, house.clock.now()) for person in found}
    table = new_table("person", "name", "roles", "signs in by", "added", "disabled")
    for person in found:
        disabled = "" if person.disabled_at is None else f"{person.disabled_at:%Y-%m-%d}"
        added, roles = f"{person.added_at:%Y-%m-%d}", ", ".join(person.role_names)
        table.add_row(str(person.id), _plain(person.name), roles, _means(states[person.id]), added, disabled)
    Voice().print(table)
    return 0


def roles(name: str, /, *, role: Roles = None, reason: Reason = "", workspace: Workspace = None) -> int:
    """Give somebody these roles, in the place of those that they have."""
    house = open_named(workspace)
    person = flow.set_person_roles(house.engine, house.clock, house.actor, name, role_names=_some(role), reason=reason)
    Voice().say(f"{_plain(person.name)} has: {', '.join(person.role_names)}.")
    return 0


def disable(name: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Let somebody do nothing any more. What they did stays on record."""
    house = open_named(workspace)
    flow.disable_person(house.engine, house.clock, house.actor, name, reason=reason)
    return 0


def enable(name: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Let somebody work again who was disabled, by the roles that they had."""
    house = open_named(workspace)
    flow.enable_person(house.engine, house.clock, house.actor, name, reason=reason)
    return 0


def invite(name: str, /, *, hours: Hours = None, reason: Reason = "", workspace: Workspace = None) -> int:
    """Make the one-time code by which somebody signs in first. It is printed once, alone on standard output.

    With it they set a password and a second factor. A code that was made before counts no more.
    """
    house = open_named(workspace)
    lasting = timedelta(hours=house.settings.invitation_hours if hours is None else hours)
    return _hand_out(*flow.invite_person(house.engine, house.clock, house.actor, name, lasting=lasting, reason=reason))


def reset(name: str, /, *, hours: Hours = None, reason: Reason = "", workspace: Workspace = None) -> int:
    """Take away all that somebody signs in with, end their sessions, and make a new one-time code.

    For whoever lost their password or second factor, or somebody else has it. See first that it is they who ask.
    """
    house = open_named(workspace)
    lasting = timedelta(hours=house.settings.invitation_hours if hours is None else hours)
    return _hand_out(*flow.reset_person(house.engine, house.clock, house.actor, name, lasting=lasting, reason=reason))


def _hand_out(person: Person, code: str, expires_at: datetime) -> int:
    warn(f"The sign-in code of {_plain(person.name)} counts once, until {expires_at:%Y-%m-%d %H:%M} UTC.")
    warn("It is shown now and never again. Give it to nobody else:")
    Voice().say(code)
    return 0


def _means(enrolled: Enrolled) -> str:
    if enrolled.enrolled_at is None:
        return "invited" if enrolled.is_invited else "not yet"
    words = ["password"] + (["app"] if enrolled.has_totp else [])
    counting = [passkey for passkey in enrolled.passkeys if passkey.suspended_at is None]
    if counting:
        words.append("1 passkey" if len(counting) == 1 else f"{len(counting)} passkeys")
    return ", ".join(words)


def _some(role: list[str] | None) -> list[str]:
    if not role:
        raise UsageError(
            "Name at least one role: --role reviewer. `safelight role list` shows them; who shall do nothing any more "
            "is disabled. Nothing was changed."
        )
    return role


def _plain(text: str) -> str:
    return printable(text.encode())
