"""`/m/compare`: how far two signals are from each other. No bank is asked."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from safelight.banks.bank import default_threshold
from safelight.hashing.signal import SignalType
from safelight.roles import Actor, Permission
from safelight.web.answer import answer_json
from safelight.web.hma.answer import Refused
from safelight.web.hma.asking import read_object
from safelight.web.hma.door import Door
from safelight.web.hma.host import Host
from safelight.web.hma.kinds import read_signal


def add_comparing(door: Door, _host: Host) -> None:
    """Add the path."""

    @door.on("POST", "/m/compare", Permission.SIGNAL_LOOKUP)
    async def compare(request: Request, _actor: Actor) -> Response:
        asked = await read_object(request)
        return answer_json({name: compare_pair(name, pair) for name, pair in asked.items()})


def compare_pair(name: str, pair: Any) -> list[Any]:
    """Return whether two values match, and their distance: of PDQ in bits, of digests 0 for the same and 1 for others.

    Raises `Refused` for what are not two values of the type.
    """
    if not isinstance(pair, list) or len(pair) != 2:
        raise Refused(400, f"{name}: give a list of two values to compare.")
    first, second = (read_signal(name, text) for text in pair)
    distance = int(first.value != second.value)
    if first.type is SignalType.PDQ:
        distance = (int.from_bytes(first.value, "big") ^ int.from_bytes(second.value, "big")).bit_count()
    return [distance <= default_threshold(first.type.value), {"distance": distance}]
