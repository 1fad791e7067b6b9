"""What was set for an entry goes along to the one that replaces it, if that is the same."""

import threading

import pytest

from safelight.banks import queries, steps
from safelight.banks.control import Opinion
from safelight.banks.flood import FloodRule
from safelight.errors import NotFound


def _set_all(bank, entry_id: int) -> None:
    bank.do(steps.set_entry_threshold, entry_id=entry_id, distance=5)
    bank.do(steps.set_opinion, entry_id=entry_id, opinion=Opinion.DECONFIRMED, reason="a logo")
    bank.do(steps.count_matches, counts={entry_id: 100}, rule=FloodRule())


def _add_by_hand(bank, label: str) -> None:
    bank.add(bank.entry(1, label=label, entry_id="a"))


def _import(bank, label: str) -> None:
    bank.publish(bank.stage(bank.entry(1, label=label, entry_id="a")), added=0, replaced=1)


@pytest.mark.parametrize("replace", [_add_by_hand, _import])
def test_controls_go_along_to_an_entry_of_the_same_value_under_the_same_key(bank, replace) -> None:
    old = bank.add_one(1, label="A1", entry_id="a")
    _set_all(bank, old)
    before = bank.control()
    for label in ("B2", "C3"):  # and again: from heir to heir
        replace(bank, label)
    assert bank.labels() == ["C3"]
    new = bank.entry_id()
    after = bank.control(new)
    assert new != old
    assert (after.threshold, after.opinion, after.opinion_reason) == (5, Opinion.DECONFIRMED, "a logo")
    assert (after.opinion_by, after.opinion_at) == (bank.actor, bank.clock.at)
    assert (after.quarantined_at, after.quarantine_reason) == (before.quarantined_at, before.quarantine_reason)
    assert list(bank.ask(queries.entry_controls)) == [new]
    assert [control.entry_id for control in bank.ask(queries.quarantined_entries)] == [new]
    assert bank.control(old) == before  # what a past match is explained by


def test_another_value_under_the_same_key_starts_without_controls(bank) -> None:
    _set_all(bank, bank.add_one(1, entry_id="a"))
    bank.add(bank.entry(2, entry_id="a"))
    assert bank.control() is None
    assert bank.ask(queries.entry_controls) == {}


def test_what_is_set_while_an_heir_is_staged_goes_along_too(bank) -> None:
    old = bank.add_one(1, label="A1")
    batch_id = bank.stage(bank.entry(1, label="B2"))
    _set_all(bank, old)
    assert list(bank.ask(queries.entry_controls)) == [old]
    bank.publish(batch_id, added=0, replaced=1)
    assert bank.labels() == ["B2"]
    assert bank.control().opinion is Opinion.DECONFIRMED
    assert bank.control().is_quarantined


def test_an_import_that_is_given_up_leaves_the_controls_where_they_were(bank) -> None:
    old = bank.add_one(1, label="A1")
    batch_id = bank.stage(bank.entry(1, label="B2"))
    _set_all(bank, old)
    bank.do(steps.abandon_import, batch=bank.ask(queries.find_import, batch_id), reason="test")
    assert list(bank.ask(queries.entry_controls)) == [old]


def test_an_entry_that_was_taken_out_and_added_again_starts_without_controls(bank) -> None:
    _set_all(bank, bank.add_one(1))
    bank.do(steps.remove_entry, entry_id=bank.entry_id())
    bank.add(bank.entry(1))
    assert bank.control() is None


def test_a_control_set_in_the_moment_of_publishing_is_not_left_behind(bank) -> None:
    """Whichever comes first, the entry that then matches has the control, or whoever set it was told of it."""
    for number in range(1, 9):
        old = bank.add_one(number, label="A1")
        batch_id = bank.stage(bank.entry(number, label="B2"))
        told: list[NotFound] = []

        def control(old: int = old, told: list[NotFound] = told) -> None:
            try:
                bank.do(steps.set_entry_threshold, entry_id=old, distance=5)
            except NotFound as error:
                told.append(error)

        thread = threading.Thread(target=control)
        thread.start()
        bank.publish(batch_id, added=0, replaced=1)
        thread.join()
        new = max(entry.id for entry in bank.entries())
        assert (bank.control(new) is None) == bool(told)
