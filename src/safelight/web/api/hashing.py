"""`POST /api/v1/hash`: the signals of media, matched against nothing and kept nowhere."""

from starlette.requests import Request
from starlette.responses import Response

from safelight.flow.chain import ScanResult
from safelight.flow.scans.preserving import SpooledArrival
from safelight.roles import Actor, Permission
from safelight.web.answer import answer_json
from safelight.web.arriving import require_room, spool_body
from safelight.web.door import Door, Told
from safelight.web.host import Host
from safelight.web.signal_words import tell_answer

BODY = {
    "description": "The bytes of the media, as they are; media of no bytes is media too.",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


def add_hashing(door: Door, host: Host) -> None:
    """Add the route."""

    @door.route("POST", "/hash", Permission.MEDIA_HASH, Told(summary="Hash media.", body=BODY))
    async def hash_media(request: Request, _actor: Actor) -> Response:
        service = host.service
        require_room(request, host.max_bytes)
        async with host.places.place():
            spooled = await spool_body(request.stream(), service.spool, max_bytes=host.max_bytes)
            with spooled:
                result = await host.scan(lambda: service.hash(SpooledArrival(content=spooled)))
        return answer_json(_tell(result))


def _tell(result: ScanResult) -> dict[str, object]:
    picture = result.picture
    return {
        "size_bytes": result.media.size_bytes if result.media else None,
        "signals": [tell_answer(answer) for answer in result.answers],
        "picture": None
        if picture is None
        else {
            "format": picture.format,
            "width": picture.width,
            "height": picture.height,
            "frames_seen": picture.frames_seen,
            "frames_hashed": picture.frames_hashed,
        },
    }
