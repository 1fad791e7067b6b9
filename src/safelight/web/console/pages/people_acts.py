"""What is done about somebody who works here: other roles, an end of their sessions, a new way to sign in, leave."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from starlette.responses import Response

from safelight.access.queries import list_roles
from safelight.database.transaction import read
from safelight.errors import InvalidValue, NotAllowed, NotFound, UsageError
from safelight.flow import access
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.pages.people import find_named
from safelight.web.console.visit import Visit


def add_people_acts(door: Door) -> None:
    """Add the pages. Whoever does any of it has shown a moment ago that they are still there."""

    @door.page("GET", "/people/{person:int}/roles", Permission.ACCESS_WRITE, is_fresh=True)
    def show_person_roles(visit: Visit) -> Response:
        return visit.see("person_roles.html", named=find_named(visit), roles=_roles(visit))

    @door.page("POST", "/people/{person:int}/roles", Permission.ACCESS_WRITE, is_fresh=True)
    def set_person_roles(visit: Visit) -> Response:
        named, roles, reason = find_named(visit), visit.form.texts("role"), visit.form.text("reason")
        who = (visit.engine, visit.clock, visit.actor, named.name)
        try:
            access.set_person_roles(*who, role_names=_some(roles), reason=reason)
        except (InvalidValue, NotAllowed, NotFound) as error:
            return visit.see_fault("person_roles.html", "role", error, named=named, roles=_roles(visit))
        return visit.go(f"/people/{named.id}", "people.roles_set")

    for name, (do, done) in _ACTS.items():
        _add_act(door, name, do, done)

    @door.page("GET", "/people/{person:int}/reset", Permission.ACCESS_WRITE, is_fresh=True)
    def show_reset(visit: Visit) -> Response:
        return visit.see("person_act.html", named=find_named(visit), act="reset")

    @door.page("POST", "/people/{person:int}/reset", Permission.ACCESS_WRITE, is_fresh=True)
    def reset_person(visit: Visit) -> Response:
        lasting = timedelta(hours=visit.console.settings.invitation_hours)
        who = (visit.engine, visit.clock, visit.actor, find_named(visit).name)
        try:
            person, code, ends_at = access.reset_person(*who, lasting=lasting, reason=visit.form.text("reason"))
        except (NotAllowed, UsageError) as error:
            return visit.see_fault("person_act.html", "reason", error, named=find_named(visit), act="reset")
        # Not by way of another page: the code is shown now and kept nowhere.
        return visit.see("invitation.html", named=person, code=code, ends_at=ends_at)


_ACTS: Mapping[str, tuple[Callable[..., object], str]] = {
    "disable": (access.disable_person, "people.disable"),
    "enable": (access.enable_person, "people.enable"),
    "end-sessions": (access.end_person_sessions, "people.end_sessions"),
}
"""What each address does, and what is told when it is done."""


def _add_act(door: Door, name: str, do: Callable[..., object], done: str) -> None:
    act, path = name.replace("-", "_"), f"/people/{{person:int}}/{name}"

    @door.page("GET", path, Permission.ACCESS_WRITE, is_fresh=True)
    def show_act(visit: Visit) -> Response:
        return visit.see("person_act.html", named=find_named(visit), act=act)

    @door.page("POST", path, Permission.ACCESS_WRITE, is_fresh=True)
    def do_act(visit: Visit) -> Response:
        named, reason = find_named(visit), visit.form.text("reason")
        try:
            do(visit.engine, visit.clock, visit.actor, named.name, reason=reason)
        except (NotAllowed, UsageError) as error:
            return visit.see_fault("person_act.html", "reason", error, named=named, act=act)
        return visit.go(f"/people/{named.id}", done)


def _some(roles: tuple[str, ...]) -> tuple[str, ...]:
    """Return the roles that were chosen. Raises `InvalidValue` for none."""
    if not roles:
        raise InvalidValue("Choose at least one role; who shall do nothing any more is disabled. Nothing was changed.")
    return roles


def _roles(visit: Visit) -> list[str]:
    with read(visit.engine) as tx:
        return [role.name for role in list_roles(tx)]
