"""The first sign-in: its code, what is still to be set up, and its end."""

from starlette.responses import Response

from safelight.errors import RateLimited, SignInRefused
from safelight.flow.signing_in import enrolling
from safelight.web.console.door import Door, Who
from safelight.web.console.visit import Visit


def add_first_sign_in(door: Door) -> None:
    """Add the pages. The steps themselves are those of one's own account."""

    @door.page("GET", "/sign-in/code", Who.ANYBODY)
    def show_code(visit: Visit) -> Response:
        return visit.see("sign_in_code.html")

    @door.page("POST", "/sign-in/code", Who.ANYBODY)
    def use_code(visit: Visit) -> Response:
        try:
            token, _ = enrolling.begin_enrolment(visit.desk, visit.caller, visit.form.text("code"))
        except (SignInRefused, RateLimited) as error:
            return visit.see_fault("sign_in_code.html", "code", error)
        return visit.keep_session(visit.go("/welcome"), token)

    @door.page("GET", "/welcome", Who.ENROLLING)
    def show_welcome(visit: Visit) -> Response:
        enrolled = enrolling.find_enrolled(visit.desk, visit.token)
        return visit.see("welcome.html", name=visit.here.person.name, enrolled=enrolled)

    @door.page("POST", "/welcome", Who.ENROLLING)
    def finish_first_sign_in(visit: Visit) -> Response:
        signed_in, codes = enrolling.finish_enrolment(visit.desk, visit.caller, visit.token)
        # Not by way of another page: the codes are shown now and kept nowhere.
        response = visit.in_session(signed_in.token).see("recovery_codes.html", codes=codes, onward="/")
        visit.console.cookies.put_signed_in(response, signed_in, visit.desk)
        return response
