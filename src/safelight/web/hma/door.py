"""The door: paths of which each method says what permissions it takes, or that it takes none."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from safelight.roles import Permission
from safelight.web.guard import Authenticate, Handle, OpenHandle, guard


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
            rule = Rule(method=method, path=path, permissions=permissions)
            self._add(rule, guard(handle, self._authenticate, permissions))
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
        return await handlers["GET" if request.method == "HEAD" else request.method](request)

    return endpoint
