"""Making, editing and removing roles."""

from collections.abc import Collection

from safelight.access.names import check_role_name
from safelight.access.queries import find_role, list_keys, list_persons
from safelight.access.role import BUILT_IN, Role, require_grantable
from safelight.access.steps.record import begin, differences, note
from safelight.access.store import role_rows
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.errors import InvalidValue, NotFound, UsageError
from safelight.roles import Actor, Permission


def set_role(
    tx: Tx, clock: Clock, actor: Actor, name: str, permissions: Collection[Permission], *, reason: str = ""
) -> Role:
    """Make a role, or let the one of that name have these permissions and no other.

    It counts at once for persons, and within a second for the API keys that have the role. Nobody adds what they lack.
    Raises `NotAllowed`, `InvalidValue`.
    """
    begin(tx, actor)
    check_role_name(name)
    if not permissions:
        raise InvalidValue(f"A role without any permission is none. Nothing was changed. To take {name!r} away: remove")
    before = _permissions_before(tx, name)
    require_grantable(actor, set(permissions) - before)
    role_rows.put(tx, name, permissions)
    note(tx, clock, actor, "set_role", f"role:{name}", reason=reason, **differences(before, permissions))
    return find_role(tx, name)


def change_role(
    tx: Tx,
    clock: Clock,
    actor: Actor,
    name: str,
    *,
    add: Collection[Permission] = (),
    drop: Collection[Permission] = (),
    reason: str = "",
) -> Role:
    """Let a role have some permissions more and some less. Raises as `set_role`, `NotFound`."""
    begin(tx, actor)
    wanted = (find_role(tx, name).permissions | set(add)) - set(drop)
    return set_role(tx, clock, actor, name, wanted, reason=reason)


def remove_role(tx: Tx, clock: Clock, actor: Actor, name: str, *, reason: str = "") -> bool:
    """Remove a role; one that is built in is as it came again, and then True is returned.

    Raises `NotAllowed`, `NotFound`, `UsageError` for one that somebody has, or for one that is as it came.
    """
    begin(tx, actor)
    role = find_role(tx, name)
    if role.is_built_in:
        _require_edited(role)
        require_grantable(actor, BUILT_IN[name] - role.permissions)
    else:
        _require_unused(tx, name)
    role_rows.remove(tx, name)
    after = BUILT_IN.get(name, frozenset())
    note(tx, clock, actor, "remove_role", f"role:{name}", reason=reason, **differences(role.permissions, after))
    return role.is_built_in


def _permissions_before(tx: Tx, name: str) -> frozenset[Permission]:
    try:
        return find_role(tx, name).permissions
    except NotFound:
        return frozenset()


def _require_edited(role: Role) -> None:
    if not role.is_edited:
        raise UsageError(f"The role {role.name} is built in and as it came: it stays. Nothing was changed.")


def _require_unused(tx: Tx, name: str) -> None:
    persons = sum(name in person.role_names for person in list_persons(tx))
    keys = sum(key.role_name == name for key in list_keys(tx))
    if persons or keys:
        raise UsageError(
            f"The role {name} is in use: {persons} persons and {keys} API keys have it. Nothing was changed. Give them "
            "another first."
        )
