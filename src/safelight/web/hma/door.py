"""The door: paths of which each method says what permissions it takes, or that it takes none."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from safelight.errors import SafelightError
from safelight.intake.spool import ContentTooLarge
from safelight.roles import Actor, Permission, require_permission
from safelight.web.arriving import ArrivalCutOff
from safelight.web.hma.answer import Refused, answer_error, answer_refusal
from safelight.web.hma.parts import Authenticate

Handle = Callable[[Request, Actor], Awaitable[Response]]
OpenHandle = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One method of one path. `permissions` is None where it is open to anybody: then it tells nothing of banks."""

    method: str
    path: str
    permissions: tuple[Permission, ...] | None


class Door:
    """Gathers handlers, none without its permissions, and gives one route for each path."""

    def __init__(self, authenticate: Authenticate) -> None:
        self._authenticate = authenticate
        self._handlers: dict[str, dict[str, OpenHandle]] = {}
        self.rules: list[Rule] = []

    def on(self, method: str, path: str, *permissions: Permission) -> Callable[[Handle], Handle]:
        """Let a handler answer a method of a path, to who has all these permissions."""

        def add(handle: Handle) -> Handle:
            async def guarded(request: Request) -> Response:
                told = self._authenticate(request)
                actor = told if isinstance(told, Actor) else await told
                for permission in permissions:
                    require_permission(actor, permission)
                return await handle(request, actor)

            self._add(Rule(method=method, path=path, permissions=permissions), guarded)
            return handle

        return add

    def open(self, path: str) -> Callable[[OpenHandle], OpenHandle]:
        """Let a handler answer GET of a path to anybody."""

        def add(handle: OpenHandle) -> OpenHandle:
            self._add(Rule(method="GET", path=path, permissions=None), handle)
            return handle

        return add

    def routes(self) -> list[Route]:
        """Return a route for each path, in the order in which paths came."""
        return [Route(path, _by_method(handlers), methods=list(handlers)) for path, handlers in self._handlers.items()]

    def _add(self, rule: Rule, handle: OpenHandle) -> None:
        self.rules.append(rule)
        self._handlers.setdefault(rule.path, {})[rule.method] = handle


def _by_method(handlers: dict[str, OpenHandle]) -> OpenHandle:
    async def endpoint(request: Request) -> Response:
        handle = handlers["GET" if request.method == "HEAD" else request.method]
        try:
            return await handle(request)
        except SafelightError as error:
            return answer_error(error)
        except Refused as refusal:
            return answer_refusal(refusal.status, str(refusal))
        except ContentTooLarge as error:
            return answer_refusal(413, f"The media is too large: {error}. Nothing of it was kept.")
        except (ArrivalCutOff, ClientDisconnect) as error:
            return answer_refusal(408, str(error) or "The sender went away. Nothing was kept.")
        except Exception as error:
            after: float | None = getattr(error, "retry_after_s", None)
            if after is None:
                raise
            return answer_refusal(503, str(error), retry_after_s=after)

    return endpoint
