"""Sealed URLs and secrets take part in the rotation of keys, and in the count that keeps a key from being retired."""

from collections.abc import Callable
from typing import Any

from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.flow.keys.rotation import Rotation, counts_by_key
from safelight.notices import queries
from safelight.notices.rewrapping import WRAPS
from safelight.notices.sealed_secret import unseal
from safelight.roles import Actor
from safelight.testing.keys import MemoryKeys


def test_after_a_rotation_the_old_key_is_needed_no_more_and_secrets_open(
    engine: Engine, keys: MemoryKeys, clock: FixedClock, actor: Actor, add: Callable[..., Any]
) -> None:
    address, old = add(), keys.describe().active_key_id
    new = keys.rotate()
    with read(engine) as tx:
        assert counts_by_key(tx) == {old: 2}
    assert Rotation(engine=engine, keys=keys, clock=clock, actor=actor).run() == 2
    keys.retire(old)
    with read(engine) as tx:
        assert counts_by_key(tx) == {new: 2}
        opened = {unseal(keys, each) for each in queries.sealed_secrets(tx, address.id, clock.now())}
    assert opened == {"https://hooks.example/x", "slns_1"}


def test_a_secret_that_was_removed_meanwhile_does_not_come_back(
    engine: Engine, keys: MemoryKeys, add: Callable[..., Any], desk: Any
) -> None:
    from safelight.notices import steps

    add()
    (wraps,) = WRAPS
    with read(engine) as tx:
        held = wraps.page(tx, other_than="none", after="", limit=10)
    assert len(held) == 2
    with write(engine) as tx:
        wraps.keep_still(tx)
        steps.remove_address(tx, desk, "hooks", "")
        assert wraps.exchange(tx, [(each, each.wrapped) for each in held]) == 0
        assert wraps.counts(tx) == {}
