"""A log that grows, and keys to sign its heads."""

from collections.abc import Callable

import pytest

from safelight.audit import log
from safelight.audit.report import Report
from safelight.audit.verifying import verify
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.flow.audit_keeping import number_all, sign_head_now
from safelight.roles import Actor
from safelight.testing.keys import MemoryKeys


@pytest.fixture
def keys() -> MemoryKeys:
    return MemoryKeys()


@pytest.fixture
def grow(engine: Engine, clock: FixedClock, actor: Actor) -> Callable[[int], list[int]]:
    """Write so many entries in one transaction, give them their leaves, and return their numbers."""

    def write_entries(count: int) -> list[int]:
        with write(engine) as tx:
            numbers = [
                log.write(
                    tx, clock=clock, actor=actor, verb="do", target=f"thing:{n % 3}", reason="r", details={"n": n}
                )
                for n in range(count)
            ]
        number_all(engine)
        return numbers

    return write_entries


@pytest.fixture
def sign(engine: Engine, clock: FixedClock, actor: Actor, keys: MemoryKeys) -> Callable[[], str]:
    """Sign a head and return its note."""
    return lambda: sign_head_now(engine, clock, keys, actor)


@pytest.fixture
def check(engine: Engine, keys: MemoryKeys) -> Callable[..., Report]:
    """Verify the log against heads that were kept."""

    def verify_log(*kept: str) -> Report:
        with read(engine) as tx:
            return verify(tx, public_keys=keys.describe().public_keys, kept_heads=kept)

    return verify_log
