import pytest

from safelight.audit.queries import page_entries as page_audit
from safelight.banks import queries
from safelight.banks.bank import Bank, DeconfirmedPolicy
from safelight.banks.control import EntryControl, Opinion
from safelight.banks.entry import NewEntry
from safelight.banks.flood import FloodRule
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.errors import NotFound, UsageError
from safelight.flow.banks import controls
from safelight.flow.banks import edits as banks
from safelight.roles import Actor

Who = tuple[Engine, FixedClock, Actor]


@pytest.fixture
def who(engine: Engine, clock: FixedClock, actor: Actor) -> Who:
    return engine, clock, actor


@pytest.fixture
def entry_id(who: Who) -> int:
    """An entry of a bank alpha."""
    banks.create_bank(*who, name="alpha")
    banks.add_entries(*who, bank="alpha", entries=[NewEntry(signal_type="pdq", value=bytes(32))])
    with read(who[0]) as tx:
        (entry,) = queries.page_entries(tx, queries.find_bank(tx, "alpha").id)
    return entry.id


def _bank(who: Who, name: str = "alpha") -> Bank:
    with read(who[0]) as tx:
        return queries.find_bank(tx, name)


def _control(who: Who, entry_id: int) -> EntryControl | None:
    with read(who[0]) as tx:
        return queries.entry_controls(tx).get(entry_id)


def test_every_control_of_an_entry_is_set_and_taken_back(who: Who, entry_id: int) -> None:
    controls.set_entry_threshold(*who, entry_id=entry_id, distance=5)
    controls.set_opinion(*who, entry_id=entry_id, opinion=Opinion.DECONFIRMED, reason="a logo")
    assert controls.count_matches(*who, counts={entry_id: 100}, rule=FloodRule()) == [entry_id]
    control = _control(who, entry_id)
    assert control is not None
    assert (control.threshold, control.opinion, control.is_quarantined) == (5, Opinion.DECONFIRMED, True)
    controls.release_entry(*who, entry_id=entry_id, reason="seen")
    controls.set_opinion(*who, entry_id=entry_id, opinion=None)
    controls.set_entry_threshold(*who, entry_id=entry_id, distance=None)
    control = _control(who, entry_id)
    assert control is not None  # that it was released is still known: the guard goes by it
    assert (control.threshold, control.opinion, control.is_quarantined) == (None, None, False)


def test_every_policy_of_a_bank_is_set_by_its_name_and_taken_back(who: Who, entry_id: int) -> None:
    banks.create_bank(*who, name="harmless", is_allow_list=True)
    controls.set_deconfirmed_policy(*who, bank="ALPHA", policy=DeconfirmedPolicy.DEMOTE)
    controls.set_rollout(*who, bank="alpha", share=100)
    controls.suppress_bank(*who, allow_list="harmless", bank="alpha")
    found = _bank(who)
    assert (found.deconfirmed, found.rollout) == (DeconfirmedPolicy.DEMOTE, 100)
    assert _bank(who, "harmless").suppresses == {found.id}
    controls.unsuppress_bank(*who, allow_list="harmless", bank="alpha")
    controls.mark_allow_list(*who, bank="harmless", is_allow_list=False)
    found = _bank(who, "harmless")
    assert (found.is_allow_list, found.suppresses) == (False, frozenset())


def test_a_threshold_of_a_bank_is_taken_back(who: Who, entry_id: int) -> None:
    for distance, counts in ((12, 12), (None, 31)):
        banks.set_threshold(*who, bank="alpha", signal_type="pdq", distance=distance)
        assert _bank(who).threshold("pdq") == counts


def test_a_bank_that_is_not_there_is_not_found(who: Who, entry_id: int) -> None:
    for name in ("nowhere", "alpha"):
        with pytest.raises(NotFound):
            controls.suppress_bank(*who, allow_list=name, bank="nowhere")
    with pytest.raises(NotFound):
        controls.set_rollout(*who, bank="nowhere", share=1)


def test_a_refused_act_leaves_nothing(who: Who, entry_id: int) -> None:
    with read(who[0]) as tx:
        before = page_audit(tx), queries.last_position(tx), queries.list_banks(tx)
    with pytest.raises(UsageError):
        controls.release_entry(*who, entry_id=entry_id, reason="seen")
    with pytest.raises(UsageError):
        controls.mark_allow_list(*who, bank="alpha", is_allow_list=True)
    with read(who[0]) as tx:
        assert (page_audit(tx), queries.last_position(tx), queries.list_banks(tx)) == before
