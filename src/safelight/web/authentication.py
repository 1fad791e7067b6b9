"""Who a request is from: by its key, or, on the keyless socket, by being on this machine."""

from typing import Protocol

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request

from safelight.roles import Actor
from safelight.web.header_key import find_header_key
from safelight.web.keyless import keyless_actor
from safelight.web.plain_path import PATH_KEY

_ASKING = 8
"""Keys that are looked up at once. Threads of their own: those that bodies arrive in may all be waiting for senders."""


class Keys(Protocol):
    """Tells who acts by a secret, and counts what each does (`safelight.flow.gate`)."""

    def cached(self, secret: str) -> Actor | None:
        """Return who acts by a secret if that is known without a database; raises `Unauthenticated` if nobody does."""
        ...

    def authenticate(self, secret: str) -> Actor:
        """Return who acts by a secret. Raises `Unauthenticated`."""
        ...

    def charge(self, actor: Actor, cost: int = 1) -> None:
        """Count a request. Raises `RateLimited`."""
        ...


class Authentication:
    """Tells who a request is from. `keyless_port` is the port of the socket that takes no keys, None without one."""

    def __init__(self, keys: Keys, *, keyless_port: int | None = None) -> None:
        self._keys = keys
        self._keyless_port = keyless_port
        self._asking = CapacityLimiter(_ASKING)

    async def __call__(self, request: Request) -> Actor:
        """Return who a request is from. Raises `Unauthenticated`, `RateLimited`, `NotAllowed`, `DatabaseUnusable`."""
        actor = await self._find(request)
        self._keys.charge(actor)
        return actor

    async def _find(self, request: Request) -> Actor:
        server = request.scope.get("server")
        if self._keyless_port is not None and server is not None and server[1] == self._keyless_port:
            return keyless_actor(request)
        secret = request.scope.get(PATH_KEY) or find_header_key(request.scope) or ""
        actor = self._keys.cached(secret)
        return actor if actor is not None else await self._ask(secret)

    async def _ask(self, secret: str) -> Actor:
        return await to_thread.run_sync(self._keys.authenticate, secret, limiter=self._asking)
