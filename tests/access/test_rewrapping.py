"""Sealed secrets of apps take part in the rotation of keys, and in the count that keeps a key from being retired."""

from safelight.access import queries, steps
from safelight.access.rewrapping import WRAPS
from safelight.access.signing_in.sealed_totp import seal_totp, unseal_totp
from safelight.access.store import totp_rows
from safelight.database.transaction import read, write
from safelight.flow.keys.rotation import Rotation, counts_by_key
from safelight.testing.keys import MemoryKeys


def test_after_a_rotation_the_old_key_is_needed_no_more_and_the_secret_opens(engine, moving, actor) -> None:
    keys = MemoryKeys()
    sealed = seal_totp(keys, 1, "SECRET", moving.now())
    with write(engine) as tx:
        steps.add_person(tx, moving, actor, "Ada", role_names=["lead"])
        totp_rows.add(tx, sealed)
    old, new = keys.describe().active_key_id, keys.rotate()
    with read(engine) as tx:
        assert counts_by_key(tx) == {old: 1}
    assert Rotation(engine=engine, keys=keys, clock=moving, actor=actor).run() == 1
    keys.retire(old)
    with read(engine) as tx:
        assert counts_by_key(tx) == {new: 1}
        assert unseal_totp(keys, queries.find_totp(tx, 1, is_confirmed=False)) == "SECRET"


def test_a_secret_that_was_removed_meanwhile_does_not_come_back(engine, moving, actor) -> None:
    (wraps,) = WRAPS
    with write(engine) as tx:
        steps.add_person(tx, moving, actor, "Ada", role_names=["lead"])
        totp_rows.add(tx, seal_totp(MemoryKeys(), 1, "SECRET", moving.now()))
        held = wraps.page(tx, other_than="none", after="", limit=10)
        wraps.keep_still(tx)
        totp_rows.remove(tx, 1)
        assert wraps.exchange(tx, [(each, each.wrapped) for each in held]) == 0
        assert wraps.counts(tx) == {}
