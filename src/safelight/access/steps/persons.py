"""Adding persons, giving them roles, and letting them work no more."""

from collections.abc import Collection

from safelight.access.names import person_name
from safelight.access.person import Person
from safelight.access.queries import find_person, find_role
from safelight.access.role import require_grantable
from safelight.access.steps.record import begin, differences, note
from safelight.access.store import person_rows, session_rows
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.errors import AlreadyExists, InvalidValue, UsageError
from safelight.roles import Actor


def add_person(
    tx: Tx, clock: Clock, actor: Actor, name: str, *, role_names: Collection[str], reason: str = ""
) -> Person:
    """Add somebody who may do what their roles may. Nobody gives a role that may more than they may themselves.

    Raises `NotAllowed`, `InvalidValue` for the name, `NotFound` for a role, `AlreadyExists` where the name is taken,
    also by somebody who is disabled: they are let in again with `enable_person`.
    """
    begin(tx, actor)
    kept = person_name(name)
    if person_rows.find(tx, kept) is not None:
        raise AlreadyExists(
            f"There is a person {kept!r} already (upper and lower case do not count). Nothing was changed. Somebody "
            "who was disabled works again after: safelight person enable"
        )
    _require_grantable(tx, actor, role_names)
    person_id = person_rows.add(tx, name=kept, role_names=set(role_names), at=clock.now())
    note(tx, clock, actor, "add_person", f"person:{person_id}", reason=reason, **differences((), role_names))
    return find_person(tx, kept)


def set_person_roles(
    tx: Tx, clock: Clock, actor: Actor, name: str, *, role_names: Collection[str], reason: str = ""
) -> Person:
    """Give a person these roles in the place of those that they have. Raises as `add_person`, `NotFound` for nobody."""
    begin(tx, actor)
    person = find_person(tx, name)
    _require_grantable(tx, actor, set(role_names) - set(person.role_names))
    person_rows.set_roles(tx, person.id, set(role_names))
    told = differences(person.role_names, role_names)
    note(tx, clock, actor, "set_person_roles", f"person:{person.id}", reason=reason, **told)
    return find_person(tx, name)


def disable_person(tx: Tx, clock: Clock, actor: Actor, name: str, *, reason: str = "") -> None:
    """Let somebody do nothing any more, and end their sessions.

    Raises `NotAllowed`, `NotFound`, `UsageError` where they are disabled.
    """
    begin(tx, actor)
    person = find_person(tx, name)
    if not person.is_active:
        raise UsageError(f"{person.name} is disabled already. Nothing was changed.")
    person_rows.set_disabled(tx, person.id, clock.now())
    session_rows.end_others(tx, person.id)
    session_rows.forget_devices(tx, person.id)
    note(tx, clock, actor, "disable_person", f"person:{person.id}", reason=reason)


def end_person_sessions(tx: Tx, clock: Clock, actor: Actor, name: str, *, reason: str = "") -> int:
    """End the sessions of somebody, who may sign in anew; return how many. Raises `NotAllowed`, `NotFound`."""
    begin(tx, actor)
    person = find_person(tx, name)
    count = session_rows.end_others(tx, person.id)
    session_rows.forget_devices(tx, person.id)
    note(tx, clock, actor, "end_person_sessions", f"person:{person.id}", reason=reason, ended=count)
    return count


def enable_person(tx: Tx, clock: Clock, actor: Actor, name: str, *, reason: str = "") -> None:
    """Let somebody work again, by the roles that they had. Raises as `disable_person`, `NotAllowed` as `add_person`."""
    begin(tx, actor)
    person = find_person(tx, name)
    if person.is_active:
        raise UsageError(f"{person.name} is not disabled. Nothing was changed.")
    _require_grantable(tx, actor, person.role_names)
    person_rows.set_disabled(tx, person.id, None)
    note(tx, clock, actor, "enable_person", f"person:{person.id}", reason=reason)


def _require_grantable(tx: Tx, actor: Actor, role_names: Collection[str]) -> None:
    if isinstance(role_names, str):
        raise InvalidValue("Roles are given as a list of names.")
    for name in sorted(role_names):
        require_grantable(actor, find_role(tx, name).permissions)
