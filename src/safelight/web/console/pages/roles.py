"""Roles: what each may do; who may, makes one, alters it, or takes it away."""

from starlette.responses import Response

from safelight.access.queries import find_role, list_roles
from safelight.access.role import read_permissions
from safelight.database.transaction import read
from safelight.errors import AlreadyExists, InvalidValue, NotAllowed, NotFound, UsageError
from safelight.flow import access
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.visit import Visit

_ALL = sorted(permission.value for permission in Permission)


def add_roles(door: Door) -> None:
    """Add the pages. Whoever alters a role has shown a moment ago that they are still there."""

    @door.page("GET", "/people/roles", Permission.ACCESS_READ)
    def show_roles(visit: Visit) -> Response:
        with read(visit.engine) as tx:
            roles = list_roles(tx)
        return visit.see("roles.html", roles=roles)

    @door.page("GET", "/people/add-role", Permission.ACCESS_WRITE, is_fresh=True)
    def show_add_role(visit: Visit) -> Response:
        return visit.see("role_add.html", all_permissions=_ALL, given=())

    @door.page("POST", "/people/add-role", Permission.ACCESS_WRITE, is_fresh=True)
    def add_role(visit: Visit) -> Response:
        name, given = visit.form.text("name").strip(), visit.form.texts("permission")
        try:
            _require_new(visit, name)
            _set(visit, name, given)
        except (InvalidValue, NotAllowed, AlreadyExists) as error:
            return visit.see_fault("role_add.html", "name", error, all_permissions=_ALL, given=given)
        return visit.go(f"/people/roles/{name}", "people.role_set")

    @door.page("GET", "/people/roles/{role}", Permission.ACCESS_WRITE, is_fresh=True)
    def show_role(visit: Visit) -> Response:
        with read(visit.engine) as tx:
            role = find_role(tx, visit.request.path_params["role"])
        return visit.see("role.html", role=role, all_permissions=_ALL, given=[each.value for each in role.permissions])

    @door.page("POST", "/people/roles/{role}", Permission.ACCESS_WRITE, is_fresh=True)
    def set_role(visit: Visit) -> Response:
        given = visit.form.texts("permission")
        with read(visit.engine) as tx:
            role = find_role(tx, visit.request.path_params["role"])
        try:
            _set(visit, role.name, given)
        except (InvalidValue, NotAllowed) as error:
            return visit.see_fault("role.html", "permission", error, role=role, all_permissions=_ALL, given=given)
        return visit.go(f"/people/roles/{role.name}", "people.role_set")

    @door.page("POST", "/people/roles/{role}/remove", Permission.ACCESS_WRITE, is_fresh=True)
    def remove_role(visit: Visit) -> Response:
        with read(visit.engine) as tx:
            role = find_role(tx, visit.request.path_params["role"])
        try:
            access.remove_role(visit.engine, visit.clock, visit.actor, role.name, reason=visit.form.text("reason"))
        except (UsageError, NotAllowed) as error:
            given = [each.value for each in role.permissions]
            return visit.see_fault("role.html", "permission", error, role=role, all_permissions=_ALL, given=given)
        return visit.go("/people/roles", "people.role_removed")


def _set(visit: Visit, name: str, given: tuple[str, ...]) -> None:
    permissions, reason = read_permissions(given), visit.form.text("reason")
    access.set_role(visit.engine, visit.clock, visit.actor, name, permissions, reason=reason)


def _require_new(visit: Visit, name: str) -> None:
    try:
        with read(visit.engine) as tx:
            find_role(tx, name)
    except NotFound:
        return
    raise AlreadyExists(f"There is a role {name} already. Nothing was changed. Alter it on its own page.")
