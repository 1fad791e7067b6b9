"""The console, joined: its pages, its own files, its errors, and the headers around all of it."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from safelight.web.console.console import Console
from safelight.web.console.door import Door
from safelight.web.console.pages.account import add_account
from safelight.web.console.pages.audit import add_audit
from safelight.web.console.pages.banks import add_banks
from safelight.web.console.pages.case_acts import add_case_acts
from safelight.web.console.pages.case_sheets import add_case_sheets
from safelight.web.console.pages.cases import add_cases
from safelight.web.console.pages.claims import add_claims
from safelight.web.console.pages.complaints import add_complaints
from safelight.web.console.pages.confirming import add_confirming
from safelight.web.console.pages.deciding import add_deciding
from safelight.web.console.pages.dose import add_dose
from safelight.web.console.pages.entries import add_entries
from safelight.web.console.pages.evidence import add_evidence
from safelight.web.console.pages.first_sign_in import add_first_sign_in
from safelight.web.console.pages.groups import add_groups
from safelight.web.console.pages.health import add_health
from safelight.web.console.pages.holds import add_holds
from safelight.web.console.pages.home import add_home
from safelight.web.console.pages.items import add_items
from safelight.web.console.pages.jobs import add_jobs
from safelight.web.console.pages.lifts import add_lifts
from safelight.web.console.pages.looks import add_looks
from safelight.web.console.pages.match_reasons import add_match_reasons
from safelight.web.console.pages.own_factors import add_own_factors
from safelight.web.console.pages.own_passkeys import add_own_passkeys
from safelight.web.console.pages.people import add_people
from safelight.web.console.pages.people_acts import add_people_acts
from safelight.web.console.pages.queue import add_queue
from safelight.web.console.pages.report_acts import add_report_acts
from safelight.web.console.pages.report_calls import add_report_calls
from safelight.web.console.pages.report_drafting import add_report_drafting
from safelight.web.console.pages.report_editing import add_report_editing
from safelight.web.console.pages.report_funnel import add_report_funnel
from safelight.web.console.pages.report_outcomes import add_report_outcomes
from safelight.web.console.pages.report_preview import add_report_preview
from safelight.web.console.pages.reports import add_reports
from safelight.web.console.pages.roles import add_roles
from safelight.web.console.pages.second_factor import add_second_factor
from safelight.web.console.pages.settings import add_settings
from safelight.web.console.pages.signing_in import add_signing_in
from safelight.web.console.pages.team_dose import add_team_dose
from safelight.web.console.problem_page import see_problem
from safelight.web.console.static_files import BEGINNING
from safelight.web.console.visit import begin_visit
from safelight.web.csrf import is_own_host
from safelight.web.returning import known_pages
from safelight.web.security_headers import SecurityHeaders

PAGES = (
    add_home,
    add_signing_in,
    add_second_factor,
    add_first_sign_in,
    add_own_factors,
    add_own_passkeys,
    add_account,
    add_confirming,
    add_looks,
    add_queue,
    add_cases,
    add_claims,
    add_case_acts,
    add_items,
    add_deciding,
    add_groups,
    add_jobs,
    add_banks,
    add_entries,
    add_match_reasons,
    add_reports,
    add_report_drafting,
    add_report_editing,
    add_report_preview,
    add_report_calls,
    add_report_acts,
    add_report_outcomes,
    add_report_funnel,
    add_evidence,
    add_holds,
    add_audit,
    add_case_sheets,
    add_people,
    add_people_acts,
    add_roles,
    add_dose,
    add_lifts,
    add_team_dose,
    add_complaints,
    add_health,
    add_settings,
)
"""What adds the pages, a room each."""


def open_door(console: Console) -> Door:
    """Return every page with what it needs."""
    door = Door(console)
    for add in PAGES:
        add(door)
    return door


class ConsoleApp:
    """Answers the console's addresses, under its own host name alone."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._pages = SecurityHeaders(_pages(console), is_https=console.desk.party.is_secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        if not is_own_host(Request(scope).headers, self._console.desk.party):
            told = f"The console is at {self._console.desk.party.origin} and nowhere else. Open it there."
            await PlainTextResponse(told, 421)(scope, receive, send)
            return
        app: ASGIApp = self._console.files if scope["path"].startswith(BEGINNING) else self._pages
        await app(scope, receive, send)


def _pages(console: Console) -> Starlette:
    app = Starlette(routes=open_door(console).routes)
    app.router.redirect_slashes = False
    app.state.is_known = known_pages(app.routes)

    async def unknown(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        code = {404: "not_found", 405: "method_not_allowed"}.get(status, "usage")
        return see_problem(begin_visit(console, request, None), status, code, "")

    async def unforeseen(request: Request, _error: Exception) -> Response:
        return see_problem(begin_visit(console, request, None), 500, "error", "")

    app.add_exception_handler(HTTPException, unknown)
    app.add_exception_handler(Exception, unforeseen)
    return app
