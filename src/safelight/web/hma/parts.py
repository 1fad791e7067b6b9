"""What HMA's surface needs of a running service."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass

from anyio import CapacityLimiter
from starlette.requests import Request

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.flow.chain import ScanResult
from safelight.hashing.interface import Hasher
from safelight.hashing.signal import Signal
from safelight.intake.sources.interface import Arrival
from safelight.intake.spool import Spool
from safelight.matching.follower import Holdings
from safelight.matching.snapshot import EntryLookup
from safelight.roles import Actor
from safelight.web.turns import Turns

Authenticate = Callable[[Request], Actor | Awaitable[Actor]]
"""Says who a request is from, at once or when awaited.

Raises our errors: those of the codes `unauthenticated` and `rate_limited` among them.
"""


def _ignore(*_: object) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class HmaParts:
    """The parts of a running service that answer HMA's clients.

    `holdings` gives the banks as they stand now and `find_entries` entries by number, from the database. Media longer
    than `max_bytes` is refused. `count` takes note of what media matched, for the flood guard, and `looked_up` of who
    looked up which signals, for who watches that nobody tries out a list by look-ups; `told_distances` of how many
    distances somebody is told; all return at once. `fetch`
    gives what an address holds, where the operator lets this service fetch. `place` is a place for work that takes a
    worker process: whatever it raises with a `retry_after_s` is told as "come again". `questions` bounds threads that
    ask the database, `scanning` what takes a worker process.
    """

    engine: Engine
    clock: Clock
    holdings: Callable[[], Holdings]
    find_entries: EntryLookup
    hashers: Sequence[Hasher]
    spool: Spool
    max_bytes: int
    count: Callable[[ScanResult], None] = _ignore
    looked_up: Callable[[Actor, Sequence[Signal]], None] = _ignore
    told_distances: Callable[[Actor, int], None] = _ignore
    fetch: Callable[[str], Arrival] | None = None
    place: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
    questions: CapacityLimiter | None = None
    scanning: Turns | None = None
