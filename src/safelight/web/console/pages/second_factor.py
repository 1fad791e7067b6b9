"""The second factor: a code of an app, a passkey, or a recovery code in their place."""

from typing import Any

from starlette.responses import Response

from safelight.errors import RateLimited, SafelightError, SignInRefused
from safelight.flow.signing_in import arriving, enrolling, own_sessions
from safelight.web.console.door import Door, Who
from safelight.web.console.pages.signing_in import answer_options, enter
from safelight.web.console.visit import Visit
from safelight.web.sessions import SESSION

_PAGE = "second_factor.html"


def add_second_factor(door: Door) -> None:
    """Add the pages."""

    @door.page("GET", "/sign-in/second", Who.AWAITING)
    def show_second_factor(visit: Visit) -> Response:
        return visit.see(_PAGE, **_facts(visit))

    @door.page("POST", "/sign-in/second", Who.AWAITING)
    def finish_by_app(visit: Visit) -> Response:
        try:
            signed_in = arriving.finish_with_totp(visit.desk, visit.caller, visit.token, visit.form.text("code"))
        except (SignInRefused, RateLimited) as error:
            return _refused(visit, "code", error)
        return enter(visit, signed_in)

    @door.page("POST", "/sign-in/second/recovery", Who.AWAITING)
    def finish_by_recovery_code(visit: Visit) -> Response:
        code = visit.form.text("recovery_code")
        try:
            signed_in = arriving.use_recovery_code(visit.desk, visit.caller, visit.token, code)
        except (SignInRefused, RateLimited) as error:
            return _refused(visit, "recovery_code", error)
        return enter(visit, signed_in)

    @door.page("POST", "/sign-in/second/passkey/options", Who.AWAITING)
    def ask_for_own_passkey(visit: Visit) -> Response:
        return answer_options(arriving.begin_with_passkey(visit.desk, visit.caller, visit.token))

    @door.page("POST", "/sign-in/second/passkey", Who.AWAITING)
    def finish_by_passkey(visit: Visit) -> Response:
        answer = visit.form.text("answer")
        try:
            signed_in = arriving.finish_with_passkey(visit.desk, visit.caller, answer, visit.token)
        except (SignInRefused, RateLimited) as error:
            return _refused(visit, "passkey", error)
        return enter(visit, signed_in)

    @door.page("POST", "/sign-in/leave", Who.AWAITING)
    def leave_sign_in(visit: Visit) -> Response:
        own_sessions.sign_out(visit.desk, visit.token)
        response = visit.go("/sign-in")
        visit.console.cookies.drop(response, SESSION)
        return response


def _facts(visit: Visit) -> dict[str, Any]:
    enrolled = enrolling.find_enrolled(visit.desk, visit.token)
    return {"factors": {factor.value for factor in enrolled.factors}, "next": visit.next_path()}


def _refused(visit: Visit, name: str, error: SafelightError) -> Response:
    return visit.see_fault(_PAGE, name, error, **_facts(visit))
