"""`/h/hash`: the signals of media."""

from starlette.requests import Request
from starlette.responses import Response

from safelight.roles import Actor, Permission
from safelight.web.answer import answer_json
from safelight.web.hma.asking import require_query
from safelight.web.hma.door import Door
from safelight.web.hma.host import Host
from safelight.web.hma.kinds import values_of
from safelight.web.hma.media import hashed_media


def add_hashes(door: Door, host: Host) -> None:
    """Add the path."""

    @door.on("POST", "/h/hash", Permission.MEDIA_HASH)
    async def hash_media(request: Request, _actor: Actor) -> Response:
        async with hashed_media(host, request) as media:
            media.require_seen()
            return answer_json(values_of(media.signals()))

    @door.on("GET", "/h/hash", Permission.MEDIA_HASH)
    async def hash_address(request: Request, actor: Actor) -> Response:
        require_query(request, "url")
        return await hash_media(request, actor)
