"""What is done about a case as a whole, each with a reason: danger, a deadline, its end, and beginning it anew."""

from collections.abc import Callable, Mapping

from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import InvalidValue
from safelight.flow.cases import close_case, reopen_case
from safelight.flow.review.urgency import mark_imminent, set_deadline
from safelight.review.queries import find_case
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.moments import read_moment
from safelight.web.console.visit import Visit

Act = Callable[[Visit, str], object]
"""Does it, with the reason that was given."""


def add_case_acts(door: Door) -> None:
    """Add the pages: for each act one that asks, and one that does it."""
    for name, (permission, act, done) in _ACTS.items():
        _add(door, name, permission, act, done=done)


def _add(door: Door, name: str, permission: Permission, act: Act, *, done: str) -> None:
    path = f"/cases/{{case:int}}/{name}"

    @door.page("GET", path, permission)
    def ask(visit: Visit) -> Response:
        with read(visit.engine) as tx:
            case = find_case(tx, _case(visit))
        return visit.see("case_act.html", case=case, act=name)

    @door.page("POST", path, permission)
    def do(visit: Visit) -> Response:
        try:
            act(visit, visit.form.text("reason"))
        except InvalidValue as error:
            with read(visit.engine) as tx:
                case = find_case(tx, _case(visit))
            return visit.see_fault("case_act.html", "reason", error, case=case, act=name)
        return visit.go(f"/cases/{_case(visit)}", done)


def _mark_imminent(visit: Visit, reason: str) -> None:
    mark_imminent(visit.review, _case(visit), reason=reason)


def _set_deadline(visit: Visit, reason: str) -> None:
    set_deadline(visit.review, _case(visit), read_moment(visit.form.text("at")), reason=reason)


def _close(visit: Visit, reason: str) -> None:
    days = visit.review.appeal_days
    close_case(visit.engine, visit.clock, visit.actor, _case(visit), reason=reason, appeal_days=days)


def _reopen(visit: Visit, reason: str) -> None:
    reopen_case(visit.engine, visit.clock, visit.actor, _case(visit), reason=reason)


_ACTS: Mapping[str, tuple[Permission, Act, str]] = {
    "imminent": (Permission.CASE_DECIDE, _mark_imminent, "cases.imminent"),
    "deadline": (Permission.CASE_WRITE, _set_deadline, "cases.deadline"),
    "close": (Permission.CASE_WRITE, _close, "cases.close"),
    "reopen": (Permission.CASE_WRITE, _reopen, "cases.reopen"),
}
"""What is done, by the last part of its address: what it takes, what does it, and what is told then."""


def _case(visit: Visit) -> int:
    return int(visit.request.path_params["case"])
