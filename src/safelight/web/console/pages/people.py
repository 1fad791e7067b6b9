"""People: who works here and may do what; who may, adds somebody and makes their first sign-in code."""

from datetime import timedelta
from typing import Any

from starlette.responses import Response

from safelight.access import queries
from safelight.access.person import Person
from safelight.database.transaction import read
from safelight.errors import AlreadyExists, InvalidValue, NotFound
from safelight.flow import access
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.visit import Visit


def add_people(door: Door) -> None:
    """Add the pages. Whoever lets somebody in has shown a moment ago that they are still there."""

    @door.page("GET", "/people", Permission.ACCESS_READ)
    def list_people(visit: Visit) -> Response:
        with read(visit.engine) as tx:
            people = queries.list_persons(tx)
        return visit.see("people.html", people=people)

    @door.page("GET", "/people/add", Permission.ACCESS_WRITE, is_fresh=True)
    def show_add_person(visit: Visit) -> Response:
        return visit.see("person_add.html", roles=_role_names(visit))

    @door.page("POST", "/people/add", Permission.ACCESS_WRITE, is_fresh=True)
    def add_person(visit: Visit) -> Response:
        form = visit.form
        name, roles, reason = form.text("name"), form.texts("role"), form.text("reason")
        try:
            person = access.add_person(visit.engine, visit.clock, visit.actor, name, role_names=roles, reason=reason)
        except (InvalidValue, AlreadyExists) as error:
            return visit.see_fault("person_add.html", "name", error, roles=_role_names(visit))
        return visit.go(f"/people/{person.id}", "people.added")

    @door.page("GET", "/people/{person:int}", Permission.ACCESS_READ)
    def show_person(visit: Visit) -> Response:
        named = find_named(visit)
        with read(visit.engine) as tx:
            enrolled = queries.find_enrolled(tx, named.id, visit.clock.now())
            permissions = sorted(queries.permissions_of(tx, named))
            sessions = len(queries.list_sessions(tx, named.id))
        is_self = named.id == visit.here.person.id
        facts: dict[str, Any] = {"enrolled": enrolled, "permissions": permissions, "sessions": sessions}
        return visit.see("person.html", named=named, is_self=is_self, **facts)

    @door.page("POST", "/people/{person:int}/invite", Permission.ACCESS_WRITE, is_fresh=True)
    def invite_person(visit: Visit) -> Response:
        lasting = timedelta(hours=visit.console.settings.invitation_hours)
        name, reason = find_named(visit).name, visit.form.text("reason")
        person, code, ends_at = access.invite_person(
            visit.engine, visit.clock, visit.actor, name, lasting=lasting, reason=reason
        )
        # Not by way of another page: the code is shown now and kept nowhere.
        return visit.see("invitation.html", named=person, code=code, ends_at=ends_at)


def find_named(visit: Visit) -> Person:
    """Return the person whose number the address has. Raises `NotFound`."""
    with read(visit.engine) as tx:
        for person in queries.list_persons(tx):
            if person.id == visit.request.path_params["person"]:
                return person
    raise NotFound("There is no such person. The list shows who there is.")


def _role_names(visit: Visit) -> list[str]:
    with read(visit.engine) as tx:
        return [role.name for role in queries.list_roles(tx)]
