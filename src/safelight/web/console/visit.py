"""A visit: one request to a page, from whom, with which form, and how it is answered."""

import uuid
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from safelight.access.signing_in.session import Stage
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.errors import SafelightError, SessionEnded
from safelight.flow.outcomes.desk import OutcomeDesk
from safelight.flow.reporting.desk import ReportDesk
from safelight.flow.review.desk import ReviewDesk
from safelight.flow.signing_in.desk import Caller, Present, SignInDesk, find_present
from safelight.roles import Actor
from safelight.web.console.console import Console
from safelight.web.console.flash import put_flash, take_flash
from safelight.web.console.form import EMPTY, Form
from safelight.web.console.layout import layout_facts
from safelight.web.console.look import Look, preferred_language, read_look
from safelight.web.console.rendering import render
from safelight.web.console.texts import Texts
from safelight.web.csrf import csrf_token
from safelight.web.refusal import refusal_of, status_of
from safelight.web.returning import return_path
from safelight.web.sessions import SESSION, VISITOR

LOOK = "look"
"""The kind of the cookie that holds how the console looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request. `visitor` is the token of the browser, and whether it is new; `form` what was sent."""

    console: Console
    request: Request
    present: Present | None
    visitor: tuple[str, bool] = field(repr=False)
    look: Look
    form: Form = EMPTY

    @property
    def t(self) -> Texts:
        """The texts, in the language that was chosen or else is preferred."""
        texts = self.console.texts
        return texts[self.look.language or preferred_language(self.request.headers.get("accept-language", ""), texts)]

    @property
    def here(self) -> Present:
        """Who is here. Raises `SessionEnded` where nobody is: a page that asks says so by what it needs."""
        if self.present is None:
            raise SessionEnded("Nobody is signed in here. Nothing was done. Sign in.")
        return self.present

    @property
    def actor(self) -> Actor:
        """Who acts, with what they may do at this moment."""
        return self.here.actor

    @property
    def token(self) -> str:
        """The token of the session."""
        return self.here.token

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody is here who has signed in wholly."""
        return self.present is not None and self.present.session.stage is Stage.SIGNED_IN

    @property
    def desk(self) -> SignInDesk:
        """What signing in takes."""
        return self.console.desk

    @property
    def review(self) -> ReviewDesk:
        """Where whoever is here reviews."""
        return self.console.review_desk(self.actor)

    @property
    def reports(self) -> ReportDesk:
        """Where whoever is here writes reports, and lets them go."""
        return self.console.report_desk(self.actor)

    @property
    def outcomes(self) -> OutcomeDesk:
        """Where whoever is here writes down what comes after reports."""
        return self.console.outcome_desk(self.actor)

    @property
    def engine(self) -> Engine:
        """The database."""
        return self.console.engine

    @property
    def clock(self) -> Clock:
        """What tells the time."""
        return self.console.clock

    @property
    def caller(self) -> Caller:
        """Who asks, as far as the request shows it."""
        return self.console.cookies.caller_of(self.request, trusted_proxies=self.console.settings.trusted_proxies)

    @property
    def csrf(self) -> str:
        """The token that the forms of this visit's page carry."""
        return csrf_token(self.visitor[0] if self.present is None else self.present.token)

    def next_path(self, otherwise: str = "/") -> str:
        """Return where to go on to: what `next` names if it is a page of ours, in the form or else in the address."""
        given = self.form.text("next") or self.request.query_params.get("next")
        return return_path(given, self.request.app.state.is_known, otherwise)

    def see(self, template: str, *, status: int = 200, **facts: object) -> Response:
        """Answer with a page; to HTMX, which names what it wants exchanged, with that block of it alone."""
        # A part of a page has no place for what was done: it is left for the next whole one.
        flash = None if self._is_htmx else take_flash(self.console.cookies, self.request.scope, self.t)
        wanted = self.request.headers.get("hx-target", "").rpartition("#")[2] or None
        told = layout_facts(self.console, self.request, self.present, self.look, self.t)
        told |= {
            "csrf": self.csrf,
            "form": self.form,
            "flash": flash,
            "once": self.form.text("once") or uuid.uuid4().hex,
        }
        response = HTMLResponse(render(self.console.templates, template, told | facts, fragment=wanted), status)
        response.headers["Vary"] = "HX-Target, Accept-Language, Cookie"
        if flash is not None:
            put_flash(self.console.cookies, response, None)
        return self._with_visitor(response)

    def see_fault(self, template: str, field: str, error: SafelightError, **facts: object) -> Response:
        """Answer with the page of a form, what was entered, and what is wrong beside the field of this name."""
        faulty = self.with_form(self.form.with_fault(field, error))
        response = faulty.see(template, status=status_of(error), **facts)
        response.headers.update(page_headers(error))
        return response

    def go(self, path: str, done: str | None = None, **query: str) -> Response:
        """Answer that it goes on at another page, which tells `done` once: `jobs.retried` is `jobs.done.retried`.

        Whatever was sent is not sent again when that page is loaded anew. HTMX is told to go there wholly.
        """
        address = f"{path}?{urlencode(query)}" if query else path
        response = Response(headers={"HX-Redirect": address}) if self._is_htmx else RedirectResponse(address, 303)
        if done is not None:
            put_flash(self.console.cookies, response, done)
        return self._with_visitor(response)

    def with_form(self, form: Form) -> "Visit":
        """Return the same visit with another form."""
        return replace(self, form=form)

    def in_session(self, token: str) -> "Visit":
        """Return the same visit of whoever this token stands for: who has just signed in sees the page so."""
        return replace(self, present=find_present(self.desk, token))

    def keep_session(self, response: Response, token: str) -> Response:
        """Let a response set the token that the session has from now on."""
        self.console.cookies.put(response, SESSION, token)
        return response

    @property
    def _is_htmx(self) -> bool:
        return self.request.headers.get("hx-request") == "true"

    def _with_visitor(self, response: Response) -> Response:
        token, is_new = self.visitor
        if is_new and self.present is None:
            self.console.cookies.put(response, VISITOR, token)
        return response


def begin_visit(console: Console, request: Request, present: Present | None, form: Form = EMPTY) -> Visit:
    """Return the visit of a request."""
    return Visit(
        console=console,
        request=request,
        present=present,
        visitor=console.cookies.visitor_of(request.scope),
        look=read_look(console.cookies.read_words(request.scope, LOOK), console.texts),
        form=form,
    )


def page_headers(error: SafelightError) -> dict[str, str]:
    """Return the headers that an error has on a page: when to come again. No browser is asked to sign in by itself."""
    return {name: value for name, value in refusal_of(error).headers.items() if name == "Retry-After"}
