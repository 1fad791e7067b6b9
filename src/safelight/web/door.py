"""A door: routes of which each says what permission it takes, or that it takes none."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from safelight.roles import Permission
from safelight.web.guard import Authenticate, Handle, OpenHandle, guard
from safelight.web.strictness import with_known_parameters

PERMISSION = "x-permission"
"""Under this name the OpenAPI document says what permission a route takes."""

NONE_TAKEN = "none"
"""What a route says that takes no key: health alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the OpenAPI document says of a route: its summary, the body it takes, its parameters."""

    summary: str
    body: dict[str, Any] | None = None
    parameters: tuple[dict[str, Any], ...] = ()
    permission: str = NONE_TAKEN
    name: str = ""


class Door:
    """Adds routes to a router, none without its permission."""

    def __init__(self, router: APIRouter, authenticate: Authenticate) -> None:
        self.router = router
        self._authenticate = authenticate

    def route(self, method: str, path: str, permission: Permission, told: Told) -> Callable[[Handle], Handle]:
        """Let a handler answer a path, for whoever has the permission."""

        def add(handle: Handle) -> Handle:
            guarded = guard(handle, self._authenticate, (permission,))
            self._add(method, path, guarded, replace(told, permission=permission.value, name=handle.__name__))
            return handle

        return add

    def open_route(self, path: str, told: Told) -> Callable[[OpenHandle], OpenHandle]:
        """Let a handler answer a path to anybody: it must tell nothing."""

        def add(handle: OpenHandle) -> OpenHandle:
            self._add("GET", path, handle, replace(told, name=handle.__name__))
            return handle

        return add

    def _add(self, method: str, path: str, endpoint: OpenHandle, told: Told) -> None:
        extra: dict[str, Any] = {PERMISSION: told.permission}
        if told.body is not None:
            extra["requestBody"] = told.body
        if told.parameters:
            extra["parameters"] = list(told.parameters)
        self.router.add_api_route(
            path,
            with_known_parameters(endpoint, told.parameters),
            methods=[method],
            name=told.name,
            operation_id=told.name,
            summary=told.summary,
            response_class=Response,
            openapi_extra=extra,
        )
