"""Lifts: more than the limits allow, for a short time, asked for by one person and granted or refused by another."""

from datetime import timedelta
from typing import Any

from starlette.responses import Response

from safelight.access.queries import list_persons
from safelight.database.transaction import read
from safelight.errors import InvalidValue, NotAllowed
from safelight.flow.review import dose
from safelight.review.exposure.lift import LiftKind
from safelight.review.exposure.queries import waiting_lifts
from safelight.roles import Permission
from safelight.web.console.door import Door, Who
from safelight.web.console.form import Form
from safelight.web.console.visit import Visit

HOURS = (2, 4, 8, 24, 48, 72, 168)
"""For how long a lift can be asked: up to a week."""

_DIGITS = 3


def add_lifts(door: Door) -> None:
    """Add the pages. Whoever decides on somebody's lift has shown a moment ago that they are still there."""

    @door.page("GET", "/dose/lift", Who.SIGNED_IN)
    def show_ask_lift(visit: Visit) -> Response:
        return visit.see("lift.html", kinds=list(LiftKind), hours=HOURS)

    @door.page("POST", "/dose/lift", Who.SIGNED_IN)
    def ask_lift(visit: Visit) -> Response:
        who = (visit.engine, visit.clock, visit.actor, visit.here.person.name)
        try:
            kind, hours, minutes = _asked(visit.form)
            until, reason = visit.clock.now() + timedelta(hours=hours), visit.form.text("reason")
            dose.ask_lift(*who, kind, until=until, reason=reason, extra_minutes=minutes)
        except InvalidValue as error:
            return visit.see_fault("lift.html", "reason", error, kinds=list(LiftKind), hours=HOURS)
        return visit.go("/dose", "dose.lift_asked")

    @door.page("POST", "/dose/lift/{lift:int}/take-back", Who.SIGNED_IN)
    def take_back_lift(visit: Visit) -> Response:
        dose.refuse_lift(visit.engine, visit.clock, visit.actor, _number(visit), reason="")
        return visit.go("/dose", "dose.lift_taken_back")

    @door.page("GET", "/dose/lifts", Permission.EXPOSURE_WRITE)
    def list_lifts(visit: Visit) -> Response:
        return visit.see("lifts.html", **_waiting(visit))

    @door.page("POST", "/dose/lifts/{lift:int}/grant", Permission.EXPOSURE_WRITE, is_fresh=True)
    def grant_lift(visit: Visit) -> Response:
        try:
            dose.grant_lift(visit.engine, visit.clock, visit.actor, _number(visit))
        except NotAllowed as error:
            return visit.see_fault("lifts.html", f"lift-{_number(visit)}", error, **_waiting(visit))
        return visit.go("/dose/lifts", "dose.lift_granted")

    @door.page("POST", "/dose/lifts/{lift:int}/refuse", Permission.EXPOSURE_WRITE, is_fresh=True)
    def refuse_lift(visit: Visit) -> Response:
        lift, reason = _number(visit), visit.form.text("reason")
        try:
            dose.refuse_lift(visit.engine, visit.clock, visit.actor, lift, reason=reason)
        except InvalidValue as error:
            return visit.see_fault("lifts.html", f"lift-{lift}", error, **_waiting(visit))
        return visit.go("/dose/lifts", "dose.lift_refused")


def _asked(form: Form) -> tuple[LiftKind, int, int]:
    """Return kind, hours and minutes that were asked for. Raises `InvalidValue`."""
    kind, hours, minutes = form.text("kind"), form.text("hours"), form.text("minutes").strip() or "0"
    is_number = minutes.isdecimal() and len(minutes) <= _DIGITS
    if kind not in set(LiftKind) or hours not in map(str, HOURS) or not is_number:
        raise InvalidValue("Choose what is lifted, for how long, and, for minutes, how many. Nothing was asked.")
    return LiftKind(kind), int(hours), int(minutes) if kind == LiftKind.MINUTES else 0


def _waiting(visit: Visit) -> dict[str, Any]:
    with read(visit.engine) as tx:
        lifts = waiting_lifts(tx, visit.clock, visit.actor)
        names = {person.id: person.name for person in list_persons(tx)}
    return {"lifts": lifts, "names": names}


def _number(visit: Visit) -> int:
    return int(visit.request.path_params["lift"])
