"""Signing in: by name and password, which goes on at the second factor, or by a passkey alone."""

from starlette.responses import Response

from safelight.errors import RateLimited, SignInRefused
from safelight.flow.signing_in import arriving
from safelight.flow.signing_in.arriving import SignedIn
from safelight.web.console.door import Door, Who
from safelight.web.console.visit import Visit

_FEW_CODES = 3
_PAGE = "sign_in.html"


def add_signing_in(door: Door) -> None:
    """Add the pages."""

    @door.page("GET", "/sign-in", Who.ANYBODY)
    def show_sign_in(visit: Visit) -> Response:
        if visit.is_signed_in:
            return visit.go(visit.next_path())
        return visit.see(_PAGE, next=visit.next_path())

    @door.page("POST", "/sign-in", Who.ANYBODY)
    def begin_sign_in(visit: Visit) -> Response:
        name, password = visit.form.text("name"), visit.form.text("password")
        try:
            first = arriving.begin_sign_in(visit.desk, visit.caller, name, password)
        except (SignInRefused, RateLimited) as error:
            return visit.see_fault(_PAGE, "password", error, next=visit.next_path())
        return visit.keep_session(visit.go("/sign-in/second", next=visit.next_path()), first.token)

    @door.page("POST", "/sign-in/passkey/options", Who.ANYBODY)
    def ask_for_passkey(visit: Visit) -> Response:
        return answer_options(arriving.begin_with_passkey(visit.desk, visit.caller))

    @door.page("POST", "/sign-in/passkey", Who.ANYBODY)
    def sign_in_by_passkey(visit: Visit) -> Response:
        try:
            signed_in = arriving.finish_with_passkey(visit.desk, visit.caller, visit.form.text("answer"))
        except (SignInRefused, RateLimited) as error:
            return visit.see_fault(_PAGE, "passkey", error, next=visit.next_path())
        return enter(visit, signed_in)


def enter(visit: Visit, signed_in: SignedIn) -> Response:
    """Let somebody in who has signed in wholly: to where they were going, with their cookies."""
    done = "signing_in.few_codes" if signed_in.recovery_codes_left <= _FEW_CODES else None
    response = visit.go(visit.next_path(), done)
    visit.console.cookies.put_signed_in(response, signed_in, visit.desk)
    return response


def answer_options(options: str) -> Response:
    """Answer what a browser is given to ask for a passkey."""
    return Response(options, media_type="application/json")
