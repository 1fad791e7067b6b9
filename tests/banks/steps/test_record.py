"""Every step that alters what matches, or what a match says, stands in the change log; no other does."""

from datetime import timedelta

import pytest

from safelight.banks import queries, steps
from safelight.banks.bank import DeconfirmedPolicy
from safelight.banks.change import BEGINNING, ChangeKind
from safelight.banks.control import Opinion
from safelight.banks.flood import FloodRule
from safelight.database.transaction import write
from safelight.errors import InvalidValue


def _last(bank, step, **arguments):
    """Do a step and return the one change that it made."""
    before = bank.ask(queries.last_position)
    bank.do(step, **arguments)
    (change,) = bank.ask(queries.changes_after, before)
    return change


@pytest.mark.parametrize(
    ("step", "arguments"),
    [
        (steps.rename_bank, {"name": "Beta"}),
        (steps.disable_bank, {}),
        (steps.enable_bank, {}),
        (steps.delete_bank, {}),
        (steps.set_threshold, {"signal_type": "pdq", "distance": 1}),
        (steps.set_deconfirmed_policy, {"policy": DeconfirmedPolicy.DEMOTE}),
        (steps.set_rollout, {"share": 100}),
        (steps.mark_allow_list, {"is_allow_list": True}),
    ],
)
def test_a_change_of_a_bank_is_logged_once(bank, step, arguments: dict[str, object]) -> None:
    change = _last(bank, step, bank_id=bank.id, **arguments)
    assert (change.kind, change.bank_id, change.at) == (ChangeKind.BANK, bank.id, bank.clock.at)
    assert (change.entry_id, change.batch_id) == (None, None)


def test_a_new_bank_and_what_it_suppresses_are_logged(bank) -> None:
    allow_list = bank.do(steps.create_bank, name="Harmless", is_allow_list=True)
    assert [(change.kind, change.bank_id) for change in bank.changes()] == [
        (ChangeKind.BANK, bank.id),
        (ChangeKind.BANK, allow_list),
    ]
    for step in (steps.suppress_bank, steps.unsuppress_bank):
        assert _last(bank, step, allow_list_id=allow_list, bank_id=bank.id).bank_id == allow_list


def test_a_change_of_an_entry_is_logged_once(bank) -> None:
    entry_id = bank.add_one(1)
    until = bank.clock.at + timedelta(days=1)
    for step, arguments in [
        (steps.disable_entry, {"until": until}),
        (steps.enable_entry, {}),
        (steps.set_entry_threshold, {"distance": 5}),
        (steps.set_opinion, {"opinion": Opinion.DECONFIRMED}),
        (steps.remove_entry, {}),
    ]:
        change = _last(bank, step, entry_id=entry_id, **arguments)
        assert (change.kind, change.bank_id, change.entry_id) == (ChangeKind.ENTRY, bank.id, entry_id)
        assert change.batch_id is None


def test_quarantine_and_release_are_logged_and_counting_is_not(bank) -> None:
    entry_id = bank.add_one(1)
    before = bank.changes()
    rule = FloodRule(minimum=5)
    bank.do(steps.count_matches, counts={entry_id: 4}, rule=rule)
    assert bank.changes() == before
    assert _last(bank, steps.count_matches, counts={entry_id: 1}, rule=rule).entry_id == entry_id
    assert _last(bank, steps.release_entry, entry_id=entry_id, reason="looked at it").entry_id == entry_id


def test_a_batch_is_logged_when_it_is_published_and_not_before(bank) -> None:
    before = bank.changes()
    batch_id = bank.stage(bank.entry(1))
    assert bank.changes() == before
    bank.publish(batch_id)
    change = bank.changes()[-1]
    assert (change.kind, change.bank_id, change.batch_id) == (ChangeKind.BATCH, bank.id, batch_id)
    assert change.entry_id is None


def test_entries_added_by_hand_are_logged_as_a_batch(bank) -> None:
    change = _last(bank, steps.add_entries, bank_id=bank.id, entries=[bank.entry(1)])
    assert change.kind is ChangeKind.BATCH
    assert change.batch_id is not None


def test_what_alters_nothing_is_not_logged(bank) -> None:
    bank.add(bank.entry(1))
    before = bank.changes()
    bank.add(bank.entry(1))
    bank.publish(bank.stage(bank.entry(1)), added=0)
    bank.do(steps.note_export, bank_id=bank.id, list_format="csv")
    batch = bank.ask(queries.find_import, bank.stage(bank.entry(2)))
    bank.do(steps.abandon_import, batch=batch, reason="test")
    with write(bank.engine) as tx:
        steps.clear_import(tx, batch_id=batch.id, limit=100)
    assert bank.changes() == before


def _disable_and_fail(bank) -> None:
    with write(bank.engine) as tx:
        steps.disable_bank(tx, bank.clock, bank.actor, bank_id=bank.id)
        raise KeyError


def test_a_step_that_is_undone_is_not_logged(bank) -> None:
    before = bank.changes()
    with pytest.raises(KeyError):
        _disable_and_fail(bank)
    with pytest.raises(InvalidValue):
        bank.do(steps.set_rollout, bank_id=bank.id, share=-1)
    assert bank.changes() == before


def test_no_two_changes_have_the_same_token(bank) -> None:
    for _ in range(3):
        bank.do(steps.enable_bank, bank_id=bank.id)
    tokens = {change.token for change in bank.ask(queries.changes_after, BEGINNING)}
    assert len(tokens) == 4
    assert {len(token) for token in tokens} == {8}
