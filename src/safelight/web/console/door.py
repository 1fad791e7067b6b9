"""The console's door: no page without what it needs to be opened, and no error that is not told as a page."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from safelight.access.signing_in.session import Stage, require_fresh
from safelight.errors import InvalidValue, NotFound, ReauthenticationNeeded, SafelightError, SessionEnded
from safelight.flow.signing_in.desk import Present, find_present
from safelight.roles import Permission, require_permission
from safelight.web.answer import BodyTooLarge
from safelight.web.console.console import Console
from safelight.web.console.form import EMPTY, Form, read_form
from safelight.web.console.problem_page import see_error, see_problem
from safelight.web.console.visit import Visit, begin_visit
from safelight.web.csrf import FIELD, HEADER, SAFE_METHODS, csrf_token, require_csrf_token, require_own_origin
from safelight.web.sessions import SESSION

Handle = Callable[[Visit], Response]


class Who(StrEnum):
    """Who may open a page for which no permission is needed: it shows nothing but what is their own."""

    ANYBODY = "anybody"
    AWAITING = "awaiting"  # whose password was right and whose second factor is awaited
    ENROLLING = "enrolling"  # who sets up, for the first time, what they sign in with
    SETTING_UP = "setting_up"  # who does that for the first time or later
    SIGNED_IN = "signed_in"


_STAGES = {
    Who.AWAITING: {Stage.AWAITING},
    Who.ENROLLING: {Stage.ENROLLING},
    Who.SETTING_UP: {Stage.ENROLLING, Stage.SIGNED_IN},
    Who.SIGNED_IN: {Stage.SIGNED_IN},
}
_LARGEST_NUMBER = 2**63 - 1
_PLACES = {Stage.AWAITING: "/sign-in/second", Stage.ENROLLING: "/welcome", Stage.SIGNED_IN: "/"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a page needs. `is_fresh`: who opens it has shown a moment ago that they are still there.

    `is_long`: its form may be as long as a whole report is, for whoever comes with a session.
    """

    method: str
    path: str
    needs: Permission | Who
    is_fresh: bool = False
    is_long: bool = False


class Door:
    """Adds pages, none without what it needs. `rules` is the whole of them, for the tests and the reference."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.routes: list[Route] = []
        self.rules: list[Rule] = []

    def page(
        self, method: str, path: str, needs: Permission | Who, *, is_fresh: bool = False, is_long: bool = False
    ) -> Callable[[Handle], Handle]:
        """Let a handler answer a path, for whoever has what it needs.

        The handler is called in a thread, with the form read and everything below looked at: it may wait.

        1. What changes something comes from a page of ours (`require_own_origin`, `require_csrf_token`).
        2. Who asks is as far as the page needs, and else is led to where they go on.
        3. They have the permission, at this moment.
        4. They have shown a moment ago that they are still there, where the page asks that, and else are asked for it.
        """
        rule = Rule(method=method, path=path, needs=needs, is_fresh=is_fresh, is_long=is_long)

        def add(handle: Handle) -> Handle:
            self.rules.append(rule)
            self.routes.append(Route(path, self._endpoint(rule, handle), methods=[method], name=handle.__name__))
            return handle

        return add

    def _endpoint(self, rule: Rule, handle: Handle) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            is_long = rule.is_long and self.console.cookies.read(request.scope, SESSION) is not None
            form, refusal = await _read(request, is_long=is_long)
            limiter = self.console.visitors if rule.needs in {Who.ANYBODY, Who.AWAITING} else self.console.questions
            return await to_thread.run_sync(lambda: self._answer(request, rule, handle, form, refusal), limiter=limiter)

        return answer

    def _answer(
        self, request: Request, rule: Rule, handle: Handle, form: Form, refusal: BodyTooLarge | InvalidValue | None
    ) -> Response:
        visit = begin_visit(self.console, request, None, form)
        try:
            visit = begin_visit(self.console, request, self._present(request), form)
            if isinstance(refusal, BodyTooLarge):
                return see_problem(visit, 413, "too_large", str(refusal))
            if refusal is not None:
                raise refusal
            return self._admit(visit, rule) or _answer_named(visit, handle)
        except SessionEnded:
            was_here = self.console.cookies.read(request.scope, SESSION) is not None
            return visit.go("/sign-in", "signing_in.ended" if was_here else None, **_way_back(request))
        except ReauthenticationNeeded:
            return visit.go("/confirm", **_way_back(request))
        except SafelightError as error:
            return see_error(visit, error)

    def _present(self, request: Request) -> Present | None:
        token = self.console.cookies.read(request.scope, SESSION)
        if token is None:
            return None
        try:
            return find_present(self.console.desk, token)
        except SessionEnded:
            return None

    def _admit(self, visit: Visit, rule: Rule) -> Response | None:
        """Return None for whoever is let in, or else where they go on. Raises `NotAllowed` and what `page` says."""
        self._require_own(visit)
        if rule.needs is Who.ANYBODY:
            return None
        session = visit.here.session
        is_permission = isinstance(rule.needs, Permission)
        if session.stage not in _STAGES[Who.SIGNED_IN if is_permission else Who(rule.needs)]:
            return visit.go(_PLACES[session.stage])
        if isinstance(rule.needs, Permission):
            require_permission(visit.actor, rule.needs)
        if rule.is_fresh and session.stage is Stage.SIGNED_IN:
            require_fresh(session, self.console.clock.now())
        return None

    def _require_own(self, visit: Visit) -> None:
        request = visit.request
        require_own_origin(request.method, request.headers, self.console.desk.party)
        given = request.headers.get(HEADER) or visit.form.text(FIELD) or None
        stale = self.console.cookies.read(request.scope, SESSION) if visit.present is None else None
        if request.method not in SAFE_METHODS and stale is not None and given == csrf_token(stale):
            raise SessionEnded("The session of this page is over. Nothing was done. Sign in again.")
        token = visit.visitor[0] if visit.present is None else visit.present.token
        require_csrf_token(request.method, token, given)


def _answer_named(visit: Visit, handle: Handle) -> Response:
    """Answer, unless the address has a number that nothing can have: no database would even take the question."""
    if any(isinstance(each, int) and each > _LARGEST_NUMBER for each in visit.request.path_params.values()):
        raise NotFound("There is nothing of this number.")
    return handle(visit)


async def _read(request: Request, *, is_long: bool) -> tuple[Form, BodyTooLarge | InvalidValue | None]:
    if request.method in SAFE_METHODS:
        return EMPTY, None
    try:
        return await read_form(request, is_long=is_long), None
    except (BodyTooLarge, InvalidValue) as error:
        return EMPTY, error


def _way_back(request: Request) -> dict[str, str]:
    """Return, as `next`, the address to come back to. Whether it is a page is looked at then, by `return_path`."""
    query = f"?{request.url.query}" if request.url.query and request.method in SAFE_METHODS else ""
    path = f"{request.url.path}{query}"
    return {} if path == "/" else {"next": path}
