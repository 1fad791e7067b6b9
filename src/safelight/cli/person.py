"""`safelight person …`: who works here, and by which roles they may do what."""

from typing import Annotated

from cyclopts import Parameter

from safelight.access import queries
from safelight.cli.bank_entry import Reason
from safelight.cli.options import Workspace
from safelight.cli.table import new_table
from safelight.cli.voice import Voice, printable
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.errors import UsageError
from safelight.flow import access as flow

Roles = Annotated[list[str] | None, Parameter(name="--role", help="A role. Can be repeated.", negative="")]


def add(name: str, /, *, role: Roles = None, reason: Reason = "", workspace: Workspace = None) -> int:
    """Add somebody, with the roles by which they may do what. Signing in comes with the console.

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
    table = new_table("person", "name", "roles", "added", "disabled")
    for person in found:
        disabled = "" if person.disabled_at is None else f"{person.disabled_at:%Y-%m-%d}"
        added, roles = f"{person.added_at:%Y-%m-%d}", ", ".join(person.role_names)
        table.add_row(str(person.id), _plain(person.name), roles, added, disabled)
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


def _some(role: list[str] | None) -> list[str]:
    if not role:
        raise UsageError(
            "Name at least one role: --role reviewer. `safelight role list` shows them; who shall do nothing any more "
            "is disabled. Nothing was changed."
        )
    return role


def _plain(text: str) -> str:
    return printable(text.encode())
