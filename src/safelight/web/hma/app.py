"""The application: HMA's paths joined."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from safelight.web.hma.answer import answer_refusal
from safelight.web.hma.banks import add_banks
from safelight.web.hma.comparing import add_comparing
from safelight.web.hma.contents import add_contents
from safelight.web.hma.door import Door
from safelight.web.hma.exchanges import add_exchanges
from safelight.web.hma.hashes import add_hashes
from safelight.web.hma.health import add_health
from safelight.web.hma.host import Host
from safelight.web.hma.indexes import add_indexes
from safelight.web.hma.lookups import add_lookups
from safelight.web.hma.parts import Authenticate, HmaParts
from safelight.web.hma.standing import Standing
from safelight.web.hma.tolerant_paths import TolerantPaths


def hma_app(parts: HmaParts, authenticate: Authenticate) -> Starlette:
    """Return what answers HMA's clients. It stands by itself, or is mounted at the root after other routes."""
    app = Starlette(
        routes=open_door(parts, authenticate).routes(),
        middleware=[Middleware(TolerantPaths)],
        exception_handlers={HTTPException: _unknown, Exception: _unforeseen},
    )
    app.router.redirect_slashes = False
    return app


def open_door(parts: HmaParts, authenticate: Authenticate) -> Door:
    """Return every path with its rules and handlers."""
    door = Door(authenticate)
    host = Host(parts=parts, standing=Standing(parts))
    for add in (
        add_health,
        add_hashes,
        add_lookups,
        add_comparing,
        add_banks,
        add_contents,
        add_indexes,
        add_exchanges,
    ):
        add(door, host)
    return door


async def _unknown(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    told = {404: "There is no such path.", 405: "This path does not take this method."}
    response = answer_refusal(status, told.get(status, "The request cannot be carried out as it was given."))
    response.headers.update(getattr(error, "headers", None) or {})
    return response


async def _unforeseen(_request: Request, _error: Exception) -> Response:
    """Tell a fault of ours, without its text, which may hold a value. It is raised on, for the log."""
    return answer_refusal(500, "A fault of ours. Nothing is known of what was done; the service's log tells where.")
