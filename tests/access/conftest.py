"""What tests of access need: a clock and seconds that are moved by hand, keys that are made in a line."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from safelight.access import steps
from safelight.access.api_key import NewApiKey
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.roles import Actor, ActorKind, Permission


class MovingClock:
    """A clock, and a count of seconds, that stand still until they are moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.seconds = 1_000.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.seconds += seconds


@pytest.fixture
def moving(clock: FixedClock) -> MovingClock:
    return MovingClock(clock.at)


@pytest.fixture
def helper() -> Actor:
    """Somebody who may change access and scan, and nothing else."""
    permissions = frozenset({Permission.ACCESS_WRITE, Permission.MEDIA_SCAN})
    return Actor(kind=ActorKind.PERSON, name="helper", permissions=permissions)


@pytest.fixture
def make_key(engine: Engine, moving: MovingClock, actor: Actor) -> Callable[..., tuple[int, str]]:
    """Make an API key of the role `service` and return its number and secret."""

    def make(name: str = "shop", **more: Any) -> tuple[int, str]:
        if not more.keys() & {"role_name", "permissions"}:
            more["role_name"] = "service"
        with write(engine) as tx:
            return steps.create_key(tx, moving, actor, NewApiKey(name=name, **more))

    return make
