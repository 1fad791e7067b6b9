"""`safelight role …`: named sets of permissions."""

from typing import Annotated

from cyclopts import Parameter

from safelight.access import queries
from safelight.access.role import Role, read_permissions
from safelight.cli.bank_entry import Reason
from safelight.cli.options import Workspace
from safelight.cli.table import new_table
from safelight.cli.voice import Voice
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.errors import UsageError
from safelight.flow import access as flow
from safelight.roles import Permission


def list_roles(*, workspace: Workspace = None) -> int:
    """List the roles, and who has them."""
    with read(open_named(workspace).engine) as tx:
        found = queries.list_roles(tx)
        persons, keys = queries.list_persons(tx), queries.list_keys(tx)
    table = new_table("role", "kind", "permissions", "persons", "API keys")
    for role in found:
        having = sum(role.name in person.role_names and person.is_active for person in persons)
        used = sum(key.role_name == role.name for key in keys)
        table.add_row(role.name, _kind(role), str(len(role.permissions)), str(having), str(used))
    Voice().print(table)
    return 0


def show(name: str, /, *, workspace: Workspace = None) -> int:
    """Show what a role may do, and what not."""
    with read(open_named(workspace).engine) as tx:
        role = queries.find_role(tx, name)
    table = new_table("permission", name)
    for permission in sorted(Permission):
        table.add_row(permission.value, "yes" if permission in role.permissions else "")
    Voice().say(f"{role.name}: {_kind(role)}")
    Voice().print(table)
    return 0


def set_role(
    name: str,
    /,
    *,
    permission: Annotated[list[str] | None, Parameter(help="All that it may do. Can be repeated.", negative="")] = None,
    add: Annotated[list[str] | None, Parameter(help="A permission more. Can be repeated.", negative="")] = None,
    drop: Annotated[list[str] | None, Parameter(help="A permission less. Can be repeated.", negative="")] = None,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Make a role of these permissions, or alter what one may do. It counts for API keys within a second."""
    if bool(permission) == bool(add or drop):
        raise UsageError("Name either all that the role may do with --permission, or changes with --add and --drop.")
    house = open_named(workspace)
    who = (house.engine, house.clock, house.actor)
    if permission:
        role = flow.set_role(*who, name, read_permissions(permission), reason=reason)
    else:
        more, less = read_permissions(add or ()), read_permissions(drop or ())
        role = flow.change_role(*who, name, add=more, drop=less, reason=reason)
    Voice().say(f"{role.name} may: {', '.join(sorted(role.permissions))}")
    return 0


def remove(name: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Remove a role that nobody has. One that is built in is as it came again."""
    house = open_named(workspace)
    is_as_it_came = flow.remove_role(house.engine, house.clock, house.actor, name, reason=reason)
    Voice().say(f"{name} is as it came." if is_as_it_came else f"{name} is removed.")
    return 0


def _kind(role: Role) -> str:
    if not role.is_built_in:
        return "made here"
    return "built in, edited" if role.is_edited else "built in"
