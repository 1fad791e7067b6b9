"""Showing again that one is still there, before what is worth a second look; then back to where one was."""

from typing import Any

from starlette.responses import Response

from safelight.errors import RateLimited, SignInRefused
from safelight.flow.signing_in import enrolling, own_sessions
from safelight.web.console.door import Door, Who
from safelight.web.console.pages.signing_in import answer_options
from safelight.web.console.visit import Visit

_PAGE = "confirm.html"
_HOME = "/account"


def add_confirming(door: Door) -> None:
    """Add the pages."""

    @door.page("GET", "/confirm", Who.SIGNED_IN)
    def show_confirm(visit: Visit) -> Response:
        return visit.see(_PAGE, **_facts(visit))

    @door.page("POST", "/confirm", Who.SIGNED_IN)
    def confirm_by_password(visit: Visit) -> Response:
        try:
            token = own_sessions.reauthenticate(visit.desk, visit.token, visit.form.text("password"))
        except (SignInRefused, RateLimited) as error:
            return visit.see_fault(_PAGE, "password", error, **_facts(visit))
        return visit.keep_session(visit.go(visit.next_path(_HOME), "confirm.shown"), token)

    @door.page("POST", "/confirm/passkey/options", Who.SIGNED_IN)
    def ask_to_confirm(visit: Visit) -> Response:
        return answer_options(own_sessions.begin_reauthentication(visit.desk, visit.token))

    @door.page("POST", "/confirm/passkey", Who.SIGNED_IN)
    def confirm_by_passkey(visit: Visit) -> Response:
        try:
            token = own_sessions.reauthenticate_with_passkey(visit.desk, visit.token, visit.form.text("answer"))
        except SignInRefused as error:
            return visit.see_fault(_PAGE, "passkey", error, **_facts(visit))
        return visit.keep_session(visit.go(visit.next_path(_HOME), "confirm.shown"), token)


def _facts(visit: Visit) -> dict[str, Any]:
    enrolled = enrolling.find_enrolled(visit.desk, visit.token)
    return {"next": visit.next_path(_HOME), "has_passkey": "passkey" in enrolled.factors}
