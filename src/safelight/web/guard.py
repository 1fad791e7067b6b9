"""The guard before every handler of every door: who a request is from, and whether they may do what it asks."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response

from safelight.roles import Actor, Permission, require_permission

Authenticate = Callable[[Request], Awaitable[Actor]]
"""Returns who a request is from, and counts the request. Raises `Unauthenticated`, `RateLimited` or `NotAllowed`."""

Handle = Callable[[Request, Actor], Awaitable[Response]]
OpenHandle = Callable[[Request], Awaitable[Response]]


def guard(handle: Handle, authenticate: Authenticate, permissions: Sequence[Permission]) -> OpenHandle:
    """Return a handler that answers whoever has all these permissions. Others are told so by `NotAllowed`."""

    async def guarded(request: Request) -> Response:
        actor = await authenticate(request)
        for permission in permissions:
            require_permission(actor, permission)
        return await handle(request, actor)

    return guarded
