"""What HMA's surface needs of a running service."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass

from anyio import CapacityLimiter

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.flow.chain import ScanResult
from safelight.hashing.interface import Hasher
from safelight.hashing.signal import Signal
from safelight.intake.sources.interface import Arrival
from safelight.intake.spool import Spool
from safelight.matching.live_banks import LiveBanks
from safelight.roles import Actor
from safelight.web.refusal import Refusal
from safelight.web.turns import Turns


def _ignore(*_: object) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class HmaParts:
    """The parts of a running service that answer HMA's clients.

    `installation` is the database's name, by which contents that were added here are known. Media longer than
    `max_bytes` is refused. `count` takes note of what media matched, for the flood guard, `looked_up` of who looked up
    which signals and whether each was found, for who watches that nobody tries out a list by look-ups,
    `told_distances` of how many distances somebody is told, and `refused` of what was not done; all return at once.
    `fetch` gives what an address holds, where the operator lets this service fetch. `place` is a place for work that
    takes a worker process; it raises `NoPlace`. `questions` bounds threads that ask the database, `scanning` what takes
    a worker process.
    """

    engine: Engine
    clock: Clock
    banks: LiveBanks
    installation: str
    hashers: Sequence[Hasher]
    spool: Spool
    max_bytes: int
    count: Callable[[ScanResult], None] = _ignore
    told_distances: Callable[[Actor, int], None] = _ignore
    looked_up: Callable[[Actor, Sequence[tuple[Signal, bool]]], None] = _ignore
    refused: Callable[[Refusal], None] = _ignore
    fetch: Callable[[str], Arrival] | None = None
    place: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
    questions: CapacityLimiter | None = None
    scanning: Turns | None = None
