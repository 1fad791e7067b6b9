"""Whether the service lives, and whether it is ready: an index that is being rebuilt is no reason to restart it."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import SafelightError
from safelight.web.answer import answer_json
from safelight.web.door import Door, Told
from safelight.web.host import Host

Look = Callable[[], None]


def add_health(door: Door, host: Host) -> None:
    """Add the routes; they take no key and tell nothing."""

    @door.open_route("/health/live", Told(summary="Whether the process answers. Restart it where it does not."))
    async def live(_request: Request) -> Response:
        return answer_json({"status": "live"})

    @door.open_route("/health/ready", Told(summary="Whether requests can be answered. Send none while it is not."))
    async def ready(_request: Request) -> Response:
        troubles = await host.ask(lambda: [name for name, look in _looks(host) if _fails(look)])
        told = {"status": "not ready" if troubles else "ready", "troubles": troubles}
        return answer_json(told, 503 if troubles else 200)


def _looks(host: Host) -> tuple[tuple[str, Look], ...]:
    """Name what is looked at: whether the banks are followed, and whether the database answers."""

    def banks() -> None:
        _ = host.service.banks.holdings

    def database() -> None:
        with read(host.service.house.engine):
            pass

    return (("banks", banks), ("database", database))


def _fails(look: Look) -> bool:
    try:
        look()
    except SafelightError:
        return True
    return False
