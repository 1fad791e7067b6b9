"""Several changes of one bank or entry count together or not at all, and only if it is still what was seen."""

import pytest

from safelight.audit.queries import page_entries as page_audit
from safelight.banks import queries
from safelight.banks.bank import Bank, DeconfirmedPolicy
from safelight.banks.control import Opinion
from safelight.banks.entry import NewEntry
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.errors import AlreadyExists, ChangedMeanwhile, InvalidValue, NotFound
from safelight.flow.banks import edits as banks
from safelight.flow.banks.changes import BankChange, EntryChange, SetTo, change_bank, change_entry
from safelight.flow.banks.contents import Switch
from safelight.roles import Actor

Who = tuple[Engine, FixedClock, Actor]


@pytest.fixture
def who(engine: Engine, clock: FixedClock, actor: Actor) -> Who:
    for name in ("alpha", "beta"):
        banks.create_bank(engine, clock, actor, name=name)
    entry = NewEntry(signal_type="pdq", value=bytes(32))
    banks.add_entries(engine, clock, actor, bank="beta", entries=[entry])
    return engine, clock, actor


@pytest.fixture
def entry_id(who: Who) -> int:
    with read(who[0]) as tx:
        (entry,) = queries.page_entries(tx, queries.find_bank(tx, "beta").id)
    return entry.id


def _bank(who: Who, name: str) -> Bank:
    with read(who[0]) as tx:
        return queries.find_bank(tx, name)


def _acts(who: Who) -> list[str]:
    with read(who[0]) as tx:
        return [entry.verb for entry in page_audit(tx)]


WHOLE = BankChange(
    name="gamma",
    is_enabled=False,
    rollout=500,
    deconfirmed=DeconfirmedPolicy.DEMOTE,
    is_allow_list=True,
    thresholds={"pdq": 20},
)


def _refuse(_: object) -> None:
    raise ChangedMeanwhile


def test_a_bank_is_changed_in_every_way_at_once(who: Who) -> None:
    bank = change_bank(*who, bank="alpha", change=WHOLE)
    assert (bank.name, bank.is_enabled, bank.rollout, bank.is_allow_list) == ("gamma", False, 500, True)
    assert (bank.deconfirmed, dict(bank.thresholds)) == (DeconfirmedPolicy.DEMOTE, {"pdq": 20})
    assert bank == _bank(who, "gamma")


def test_what_a_bank_is_already_leaves_nothing_behind(who: Who) -> None:
    bank = change_bank(*who, bank="alpha", change=WHOLE)
    acts = _acts(who)
    assert change_bank(*who, bank="gamma", change=WHOLE) == bank
    assert _acts(who) == acts


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (BankChange(rollout=5, name="beta"), AlreadyExists),
        (BankChange(thresholds={"pdq": 5, "md5": 5}), InvalidValue),
        (BankChange(rollout=20_000, thresholds={"pdq": 5}), InvalidValue),
    ],
)
def test_a_change_that_is_refused_in_part_is_refused_wholly(who: Who, change: BankChange, error: type) -> None:
    before, acts = _bank(who, "alpha"), _acts(who)
    with pytest.raises(error):
        change_bank(*who, bank="alpha", change=change)
    assert (_bank(who, "alpha"), _acts(who)) == (before, acts)


def test_what_is_not_as_it_was_seen_is_left_alone(who: Who, entry_id: int) -> None:
    acts = _acts(who)
    with pytest.raises(ChangedMeanwhile):
        change_bank(*who, bank="alpha", change=WHOLE, check=_refuse)
    with pytest.raises(ChangedMeanwhile):
        banks.delete_bank(*who, bank="alpha", check=_refuse)
    with pytest.raises(ChangedMeanwhile):
        change_entry(*who, entry_id=entry_id, change=EntryChange(switch=Switch(is_on=False)), check=_refuse)
    assert _acts(who) == acts


def test_an_entry_is_changed_in_every_way_at_once_and_back(who: Who, entry_id: int) -> None:
    whole = EntryChange(switch=Switch(is_on=False), threshold=SetTo(value=5), opinion=SetTo(value=Opinion.CONFIRMED))
    standing = change_entry(*who, entry_id=entry_id, change=whole, reason="seen")
    assert standing.control is not None
    assert (standing.entry.disabled, standing.control.threshold) == (True, 5)
    assert (standing.control.opinion, standing.control.opinion_reason) == (Opinion.CONFIRMED, "seen")
    back = EntryChange(switch=Switch(is_on=True), threshold=SetTo(value=None), opinion=SetTo(value=None))
    standing = change_entry(*who, entry_id=entry_id, change=back)
    assert (standing.entry.disabled, standing.control) == (False, None)


def test_a_threshold_that_is_none_undoes_the_switch_too(who: Who, entry_id: int) -> None:
    change = EntryChange(switch=Switch(is_on=False), threshold=SetTo(value=99))
    with pytest.raises(InvalidValue):
        change_entry(*who, entry_id=entry_id, change=change)
    assert not change_entry(*who, entry_id=entry_id, change=EntryChange()).entry.disabled


def test_what_is_not_there_is_not_changed(who: Who) -> None:
    with pytest.raises(NotFound):
        change_bank(*who, bank="nowhere", change=WHOLE)
    with pytest.raises(NotFound):
        change_entry(*who, entry_id=99, change=EntryChange())
