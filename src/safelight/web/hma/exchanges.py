"""`/c/exchanges…`: sharing programmes that are fetched from. There are none yet, and the answers say so truly."""

from starlette.requests import Request
from starlette.responses import Response

from safelight.roles import Actor, Permission
from safelight.web.answer import answer_json
from safelight.web.hma.answer import Refused
from safelight.web.hma.asking import read_object
from safelight.web.hma.door import Door
from safelight.web.hma.host import Host

_NO_API = "No such exchange type: this service fetches from no exchange yet. Import lists with `safelight bank import`."
_NO_EXCHANGE = "There is no such exchange: this service fetches from none yet."


def add_exchanges(door: Door, _host: Host) -> None:
    """Add the paths."""

    @door.on("GET", "/c/exchanges", Permission.BANK_READ)
    @door.on("GET", "/c/exchanges/apis", Permission.BANK_READ)
    async def list_nothing(_request: Request, _actor: Actor) -> Response:
        return answer_json([])

    @door.on("POST", "/c/exchanges", Permission.BANK_WRITE)
    async def create(request: Request, _actor: Actor) -> Response:
        await read_object(request)
        raise Refused(400, _NO_API)

    @door.on("GET", "/c/exchanges/api/{api}", Permission.BANK_READ)
    @door.on("GET", "/c/exchanges/api/{api}/schema", Permission.BANK_READ)
    @door.on("POST", "/c/exchanges/api/{api}", Permission.BANK_WRITE)
    async def refuse_api(_request: Request, _actor: Actor) -> Response:
        raise Refused(400, _NO_API)

    @door.on("GET", "/c/exchange/{name}", Permission.BANK_READ)
    @door.on("GET", "/c/exchange/{name}/status", Permission.BANK_READ)
    @door.on("PUT", "/c/exchange/{name}", Permission.BANK_WRITE)
    async def show(_request: Request, _actor: Actor) -> Response:
        raise Refused(404, _NO_EXCHANGE)

    @door.on("DELETE", "/c/exchange/{name}", Permission.BANK_WRITE)
    async def delete(_request: Request, _actor: Actor) -> Response:
        return answer_json({"message": "success"})
