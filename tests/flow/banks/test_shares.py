import pytest

from safelight.access.api_key import NewApiKey
from safelight.access.queries import find_key
from safelight.audit.queries import page_entries
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.errors import AlreadyExists
from safelight.flow.access import create_key
from safelight.flow.banks import edits as banks
from safelight.flow.banks.shares import change_shared_bank, create_shared_bank, share_of
from safelight.roles import Actor


@pytest.mark.parametrize("share", [0, 1, 5_000, 10_000])
def test_a_bank_is_made_with_its_share(engine: Engine, clock: FixedClock, actor: Actor, share: int) -> None:
    bank = create_shared_bank(engine, clock, actor, name="ALPHA", share=share)
    assert share_of(bank) == share
    assert bank.is_enabled == (share > 0)


def test_a_share_of_nought_switches_off_and_any_other_on_again(engine: Engine, clock: FixedClock, actor: Actor) -> None:
    create_shared_bank(engine, clock, actor, name="ALPHA", share=5_000)
    assert not change_shared_bank(engine, clock, actor, bank="ALPHA", share=0).is_enabled
    back = change_shared_bank(engine, clock, actor, bank="ALPHA", share=2_500)
    assert (back.is_enabled, back.rollout) == (True, 2_500)


def test_name_and_share_change_together_or_not_at_all(engine: Engine, clock: FixedClock, actor: Actor) -> None:
    create_shared_bank(engine, clock, actor, name="ALPHA", share=10_000)
    banks.create_bank(engine, clock, actor, name="BETA")
    with pytest.raises(AlreadyExists):
        change_shared_bank(engine, clock, actor, bank="ALPHA", name="BETA", share=0)
    renamed = change_shared_bank(engine, clock, actor, bank="ALPHA", name="GAMMA", share=0)
    assert (renamed.name, renamed.is_enabled) == ("GAMMA", False)


def test_api_keys_follow_a_bank_that_is_renamed(engine: Engine, clock: FixedClock, actor: Actor) -> None:
    create_shared_bank(engine, clock, actor, name="ALPHA", share=10_000)
    create_key(engine, clock, actor, NewApiKey(name="shop", role_name="service", bank_names=frozenset({"ALPHA"})))
    change_shared_bank(engine, clock, actor, bank="ALPHA", name="BETA")
    with read(engine) as tx:
        assert find_key(tx, "shop").bank_names == frozenset({"BETA"})


def test_what_is_as_it_was_asked_for_leaves_no_trace(engine: Engine, clock: FixedClock, actor: Actor) -> None:
    create_shared_bank(engine, clock, actor, name="ALPHA", share=0)
    with read(engine) as tx:
        before = len(page_entries(tx))
    change_shared_bank(engine, clock, actor, bank="ALPHA", name="ALPHA", share=0)
    with read(engine) as tx:
        assert len(page_entries(tx)) == before
