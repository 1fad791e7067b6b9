import pytest

from safelight.audit.queries import page_entries as page_audit
from safelight.banks import queries, steps
from safelight.banks.control import Opinion
from safelight.banks.entry import NewEntry
from safelight.banks.flood import FloodRule
from safelight.errors import InvalidValue, NotFound, UsageError


def test_an_entry_has_a_threshold_of_its_own_until_it_is_taken_back(bank) -> None:
    entry_id = bank.add_one(1)
    assert bank.control() is None
    bank.do(steps.set_entry_threshold, entry_id=entry_id, distance=0)
    assert bank.control().threshold == 0
    bank.do(steps.set_entry_threshold, entry_id=entry_id, distance=40)
    assert bank.control().threshold == 40
    bank.do(steps.set_entry_threshold, entry_id=entry_id, distance=None)
    assert bank.control() is None


@pytest.mark.parametrize("distance", [-1, 65])
def test_a_threshold_beyond_sense_is_refused(bank, distance: int) -> None:
    with pytest.raises(InvalidValue):
        bank.do(steps.set_entry_threshold, entry_id=bank.add_one(1), distance=distance)
    assert bank.control() is None


@pytest.mark.parametrize("distance", [0, None])
def test_an_entry_that_is_compared_for_equality_has_no_threshold(bank, distance: int | None) -> None:
    bank.add(NewEntry(signal_type="md5", value=bytes(16)))
    with pytest.raises(InvalidValue):
        bank.do(steps.set_entry_threshold, entry_id=bank.entry_id(), distance=distance)


def test_an_opinion_says_what_was_found_by_whom_when_and_why(bank) -> None:
    entry_id = bank.add_one(1)
    bank.do(steps.set_opinion, entry_id=entry_id, opinion=Opinion.DECONFIRMED, reason="a logo")
    control = bank.control()
    assert (control.opinion, control.opinion_by) == (Opinion.DECONFIRMED, bank.actor)
    assert (control.opinion_at, control.opinion_reason) == (bank.clock.at, "a logo")
    bank.do(steps.set_opinion, entry_id=entry_id, opinion=Opinion.CONFIRMED)
    assert (bank.control().opinion, bank.control().opinion_reason) == (Opinion.CONFIRMED, "")


def test_an_opinion_that_is_taken_back_leaves_the_other_controls(bank) -> None:
    entry_id = bank.add_one(1)
    bank.do(steps.set_entry_threshold, entry_id=entry_id, distance=7)
    bank.do(steps.set_opinion, entry_id=entry_id, opinion=Opinion.CONFIRMED, reason="seen")
    bank.do(steps.set_opinion, entry_id=entry_id, opinion=None)
    control = bank.control()
    assert (control.threshold, control.opinion, control.opinion_by) == (7, None, None)
    assert (control.opinion_at, control.opinion_reason) == (None, "")


def test_a_reason_that_is_not_utf_8_is_kept_as_far_as_it_goes(bank) -> None:
    entry_id = bank.add_one(1)
    bank.do(steps.set_opinion, entry_id=entry_id, opinion=Opinion.CONFIRMED, reason="\udcff and \0")
    assert bank.control().opinion_reason == "? and ?"


RULE = FloodRule(minimum=10)


def test_a_released_entry_is_out_of_quarantine_and_remembers_what_it_was_released_with(bank) -> None:
    entry_id = bank.add_one(1)
    bank.do(steps.count_matches, counts={entry_id: 10}, rule=RULE)
    bank.do(steps.count_matches, counts={entry_id: 15}, rule=RULE)
    assert bank.control().is_quarantined
    bank.do(steps.release_entry, entry_id=entry_id, reason="seen")
    control = bank.control()
    assert (control.quarantined_at, control.quarantine_reason) == (None, "")
    assert (control.released_at, control.released_count) == (bank.clock.at, 25)


def test_an_entry_is_released_with_a_reason_only(bank) -> None:
    entry_id = bank.add_one(1)
    bank.do(steps.count_matches, counts={entry_id: 10}, rule=RULE)
    with pytest.raises(InvalidValue):
        bank.do(steps.release_entry, entry_id=entry_id, reason=" ")
    assert bank.control().is_quarantined


def test_only_what_is_in_quarantine_is_released(bank) -> None:
    with pytest.raises(UsageError, match="not in quarantine"):
        bank.do(steps.release_entry, entry_id=bank.add_one(1), reason="seen")


def test_an_opinion_does_not_end_a_quarantine(bank) -> None:
    entry_id = bank.add_one(1)
    bank.do(steps.count_matches, counts={entry_id: 10}, rule=RULE)
    bank.do(steps.set_opinion, entry_id=entry_id, opinion=Opinion.CONFIRMED)
    assert bank.control().is_quarantined


CONTROLS = [
    (steps.set_entry_threshold, {"distance": 1}),
    (steps.set_opinion, {"opinion": Opinion.CONFIRMED}),
    (steps.release_entry, {"reason": "seen"}),
]


@pytest.mark.parametrize(("step", "arguments"), CONTROLS)
def test_no_control_works_on_an_entry_that_no_bank_holds(bank, step, arguments: dict[str, object]) -> None:
    removed, staged = bank.add_one(1), 2
    bank.do(steps.remove_entry, entry_id=removed)
    bank.stage(bank.entry(2))
    for entry_id in (removed, staged, 999):
        with pytest.raises(NotFound):
            bank.do(step, entry_id=entry_id, **arguments)
    deleted = bank.do(steps.create_bank, name="Beta")
    bank.do(steps.add_entries, bank_id=deleted, entries=[bank.entry(3)])
    bank.do(steps.delete_bank, bank_id=deleted)
    with pytest.raises(NotFound):
        bank.do(step, entry_id=3, **arguments)


def test_every_control_makes_the_version_grow_and_is_audited_with_its_reason(bank) -> None:
    entry_id = bank.add_one(1)
    bank.do(steps.count_matches, counts={entry_id: 10}, rule=RULE)
    version = bank.version()
    for step, arguments in [CONTROLS[2], CONTROLS[0], CONTROLS[1]]:
        bank.do(step, entry_id=entry_id, **{**arguments, "reason": step.__name__})
        assert bank.version() == (version := version + 1)
    log = bank.ask(page_audit, target=f"bank:{bank.id}")[-3:]
    assert [(entry.verb, entry.reason) for entry in log] == [
        ("release_entry", "release_entry"),
        ("set_entry_threshold", "set_entry_threshold"),
        ("set_opinion", "set_opinion"),
    ]
    assert [entry.details for entry in log] == [
        {"entry": entry_id, "media": 10},
        {"entry": entry_id, "distance": 1},
        {"entry": entry_id, "opinion": "confirmed"},
    ]


def test_the_controls_of_all_banks_are_given_without_those_of_deleted_ones(bank) -> None:
    other = bank.do(steps.create_bank, name="Beta")
    bank.do(steps.add_entries, bank_id=other, entries=[bank.entry(9)])
    mine, theirs = bank.add_one(1), 1
    for entry_id in (mine, theirs):
        bank.do(steps.set_entry_threshold, entry_id=entry_id, distance=3)
    assert list(bank.ask(queries.entry_controls)) == [theirs, mine]
    bank.do(steps.delete_bank, bank_id=other)
    assert list(bank.ask(queries.entry_controls)) == [mine]
    assert list(bank.ask(queries.entry_controls, [mine, theirs, 999])) == [theirs, mine]
