"""`/status`, `/status/live` and `/site-map`: open to anybody, and telling nothing of banks."""

from starlette.requests import Request
from starlette.responses import Response

from safelight.errors import DatabaseUnusable
from safelight.web.answer import answer_json
from safelight.web.hma.door import Door
from safelight.web.hma.host import Host

ALIVE = "I-AM-ALIVE"
STALE = "INDEX-STALE"


def add_health(door: Door, host: Host) -> None:
    """Add the paths."""

    @door.open("/status")
    async def tell_readiness(_request: Request) -> Response:
        try:
            _ = host.parts.banks.holdings
        except DatabaseUnusable:
            return Response(STALE, 503, media_type="text/html")
        return Response(ALIVE, media_type="text/html")

    @door.open("/status/live")
    async def tell_liveness(_request: Request) -> Response:
        return Response(ALIVE, media_type="text/html")

    @door.open("/site-map")
    async def tell_paths(_request: Request) -> Response:
        return answer_json(sorted({rule.path for rule in door.rules}))
