"""One's own account: sessions, what one signs in with, and signing out."""

from starlette.responses import Response

from safelight.flow.signing_in import enrolling, own_sessions
from safelight.web.console.door import Door, Who
from safelight.web.console.visit import Visit
from safelight.web.sessions import SESSION


def add_account(door: Door) -> None:
    """Add the pages."""

    @door.page("GET", "/account", Who.SIGNED_IN)
    def show_account(visit: Visit) -> Response:
        sessions = own_sessions.list_sessions(visit.desk, visit.token)
        enrolled = enrolling.find_enrolled(visit.desk, visit.token)
        own = visit.here.session.id
        return visit.see("account.html", sessions=sessions, enrolled=enrolled, own=own)

    @door.page("POST", "/account/sessions/{session:int}/end", Who.SIGNED_IN)
    def end_session(visit: Visit) -> Response:
        own_sessions.end_session(visit.desk, visit.token, visit.request.path_params["session"])
        return visit.go("/account", "account.session_ended")

    @door.page("POST", "/account/sessions/end-others", Who.SIGNED_IN)
    def end_other_sessions(visit: Visit) -> Response:
        own_sessions.end_other_sessions(visit.desk, visit.token)
        return visit.go("/account", "account.others_ended")

    @door.page("POST", "/sign-out", Who.ANYBODY)
    def sign_out(visit: Visit) -> Response:
        own_sessions.sign_out(visit.desk, visit.present.token if visit.present else None)
        response = visit.go("/sign-in", "signing_in.signed_out")
        visit.console.cookies.drop(response, SESSION)
        return response
