"""What tests of notices need: keys, who acts, an address."""

from collections.abc import Callable

import pytest

from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.notices import steps
from safelight.notices.address import NoticeAddress
from safelight.notices.event import WANTABLE, EventKind
from safelight.notices.sealed_secret import Purpose, seal
from safelight.notices.steps import Desk
from safelight.roles import Actor
from safelight.testing.keys import MemoryKeys

AddAddress = Callable[..., NoticeAddress]


@pytest.fixture
def keys() -> MemoryKeys:
    return MemoryKeys()


@pytest.fixture
def desk(clock: FixedClock, actor: Actor, keys: MemoryKeys) -> Desk:
    return Desk(clock=clock, actor=actor, keys=keys)


@pytest.fixture
def add(engine: Engine, desk: Desk, keys: MemoryKeys) -> AddAddress:
    """Add an address that wants everything, unless told otherwise."""

    def run(name: str = "hooks", kinds: frozenset[EventKind] = WANTABLE) -> NoticeAddress:
        made = [seal(keys, Purpose.URL, "https://hooks.example/x"), seal(keys, Purpose.SIGNING, "slns_1")]
        with write(engine) as tx:
            return steps.add_address(tx, desk, name=name, origin="https://hooks.example", kinds=kinds, made=made)

    return run
