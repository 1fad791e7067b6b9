"""The dose of all together, limits that are set for somebody, and whose code is drawn into a picture that leaked."""

from starlette.responses import Response

from safelight.access.queries import list_persons
from safelight.database.transaction import read
from safelight.errors import InvalidValue, NotAllowed, NotFound
from safelight.flow.review import dose
from safelight.review.exposure.figures import FEWEST_PEOPLE, LEAST_SHARE
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.pages.limits_form import limits_of, read_limits
from safelight.web.console.pages.people import find_named
from safelight.web.console.visit import Visit

_WEEKS = 8


def add_team_dose(door: Door) -> None:
    """Add the pages."""

    @door.page("GET", "/dose/team", Permission.EXPOSURE_TEAM)
    def show_team(visit: Visit) -> Response:
        weeks = dose.team_weeks(visit.engine, visit.clock, visit.actor, weeks=_WEEKS)
        least = int(LEAST_SHARE.total_seconds()) // 60
        return visit.see("team_dose.html", weeks=weeks, fewest=FEWEST_PEOPLE, least=least)

    @door.page("GET", "/dose/people", Permission.EXPOSURE_WRITE)
    def list_limited(visit: Visit) -> Response:
        with read(visit.engine) as tx:
            people = [person for person in list_persons(tx) if person.is_active]
        return visit.see("limited_people.html", people=people)

    @door.page("GET", "/dose/people/{person:int}", Permission.EXPOSURE_WRITE)
    def show_limits(visit: Visit) -> Response:
        return visit.see("limits.html", **limits_of(visit, find_named(visit)))

    @door.page("POST", "/dose/people/{person:int}", Permission.EXPOSURE_WRITE, is_fresh=True)
    def set_limits(visit: Visit) -> Response:
        person, house = find_named(visit), visit.review.limits
        try:
            own, reason = read_limits(visit.form), visit.form.text("reason")
            dose.set_limits(visit.engine, visit.clock, visit.actor, person.name, own, house=house, reason=reason)
        except (InvalidValue, NotAllowed) as error:
            return visit.see_fault("limits.html", "limits", error, **limits_of(visit, person))
        return visit.go(f"/dose/people/{person.id}", "dose.limits_set")

    @door.page("GET", "/dose/staff-code", Permission.AUDIT_READ)
    def show_staff_code(visit: Visit) -> Response:
        return visit.see("staff_code.html", found=None)

    @door.page("POST", "/dose/staff-code", Permission.AUDIT_READ, is_fresh=True)
    def find_staff_code(visit: Visit) -> Response:
        code, reason, vault = visit.form.text("code"), visit.form.text("reason"), visit.console.showing.vault
        try:
            found = dose.find_by_staff_code(visit.engine, visit.clock, vault, visit.actor, code, reason=reason)
        except (NotFound, InvalidValue) as error:
            field = "code" if isinstance(error, NotFound) else "reason"
            return visit.see_fault("staff_code.html", field, error, found=None)
        # Not by way of another page: who it is stands in no address and in no cookie.
        return visit.see("staff_code.html", found=found)
