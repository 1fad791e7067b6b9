"""The application: HMA's paths joined."""

from starlette.applications import Starlette

from safelight.web.guard import Authenticate
from safelight.web.hma.answer import tell_as_hma
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
from safelight.web.hma.parts import HmaParts


def hma_app(parts: HmaParts, authenticate: Authenticate) -> Starlette:
    """Return what answers HMA's clients. It stands by itself, or is mounted at the root after other routes."""
    app = Starlette(routes=open_door(parts, authenticate).routes())
    app.router.redirect_slashes = False
    tell_as_hma(app, note=parts.refused)
    return app


def open_door(parts: HmaParts, authenticate: Authenticate) -> Door:
    """Return every path with its rules and handlers."""
    door = Door(authenticate)
    host = Host(parts=parts)
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
