"""`/c/signal_type…`, `/c/content_type` and `/m/index/status`: which types there are, and how far the indexes are."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from safelight.banks import queries
from safelight.banks.change import BEGINNING, Position
from safelight.database.transaction import Tx, read
from safelight.roles import Actor, Permission
from safelight.web.answer import answer_json
from safelight.web.hma.answer import Refused
from safelight.web.hma.asking import read_object, read_share
from safelight.web.hma.door import Door
from safelight.web.hma.host import Host
from safelight.web.hma.kinds import PHOTO, TYPES, VIDEO, require_type, shown_types

_NEVER = -1


def add_indexes(door: Door, host: Host) -> None:
    """Add the paths."""

    @door.on("GET", "/c/content_type", Permission.BANK_READ)
    async def list_content_types(_request: Request, _actor: Actor) -> Response:
        return answer_json([{"name": name, "enabled": True} for name in (PHOTO, VIDEO)])

    @door.on("GET", "/c/signal_type", Permission.BANK_READ)
    async def list_signal_types(_request: Request, _actor: Actor) -> Response:
        return answer_json([_type(name) for name in TYPES])

    @door.on("GET", "/c/signal_type/index", Permission.BANK_READ)
    async def tell_indexes(request: Request, _actor: Actor) -> Response:
        names = shown_types(request.query_params.get("signal_type"))
        built, newest = await host.ask(lambda: _times(host))
        return answer_json({name: _index(host, name, built, newest) for name in names})

    @door.on("PUT", "/c/signal_type/{type}", Permission.BANK_WRITE)
    async def change_signal_type(request: Request, _actor: Actor) -> Response:
        name, asked = request.path_params["type"], await read_object(request)
        require_type(name)
        if read_share(asked.get("enabled_ratio")) != read_share(1):
            raise Refused(403, "Every signal type counts wholly here. Set the ratio of a bank. Nothing was changed.")
        return answer_json(_type(name))

    @door.on("GET", "/m/index/status", Permission.SIGNAL_LOOKUP)
    async def tell_status(request: Request, _actor: Actor) -> Response:
        names = shown_types(request.query_params.get("signal_type"))
        built, _ = await host.ask(lambda: _times(host))
        sizes = {name: _size(host, name) for name in names}
        return answer_json({name: {"present": True, "built_to": built, "size": size} for name, size in sizes.items()})


def _type(name: str) -> dict[str, Any]:
    return {"name": name, "enabled_ratio": 1.0}


def _index(host: Host, name: str, built: int, newest: int) -> dict[str, Any]:
    """Return the state of an index. It is followed, not rebuilt: what it has not taken in yet is not counted either."""
    size = _size(host, name)
    return {
        "db_size": size,
        "index_size": size,
        "index_out_of_date": built != newest,
        "newest_db_item": newest,
        "index_built_to": built,
    }


def _size(host: Host, name: str) -> int:
    shelf = host.parts.banks.holdings.shelves.get(TYPES[name])
    return 0 if shelf is None else len(shelf.index)


def _times(host: Host) -> tuple[int, int]:
    """Return when the last change happened that is followed, and the last of all, in seconds since 1970."""
    followed = host.parts.banks.holdings.position
    with read(host.parts.engine) as tx:
        return _time_of(tx, followed), _time_of(tx, queries.last_position(tx))


def _time_of(tx: Tx, position: Position) -> int:
    if position == BEGINNING:
        return _NEVER
    before = Position(number=position.number - 1, token=b"")
    changes = queries.changes_after(tx, before, limit=1)
    return int(changes[0].at.timestamp()) if changes else _NEVER
