import pytest

from safelight.audit.queries import page_entries as page_audit
from safelight.banks import queries, steps
from safelight.banks.batch import Origin, Runner
from safelight.banks.entry import NewEntry
from safelight.errors import AlreadyExists, NotFound

ORIGIN = Origin(name="list.csv", format="csv")
RUNNER = Runner(place="elsewhere", pid=1, started="1")
ENTRY = NewEntry(signal_type="pdq", value=bytes(32))


def test_a_new_bank_is_enabled_and_empty(bank) -> None:
    found = bank.ask(queries.find_bank, "alpha")
    assert (found.name, found.is_enabled, found.version, found.created_at) == ("Alpha", True, 1, bank.clock.at)
    assert bank.ask(queries.count_entries, bank.id) == {}


def test_two_banks_cannot_have_one_name_even_in_other_letters(bank) -> None:
    with pytest.raises(AlreadyExists):
        bank.do(steps.create_bank, name="ALPHA")
    beta = bank.do(steps.create_bank, name="Beta")
    with pytest.raises(AlreadyExists):
        bank.do(steps.rename_bank, bank_id=beta, name="alpha")


def test_a_renamed_bank_is_found_by_its_new_name_alone_and_may_change_its_letters(bank) -> None:
    bank.do(steps.rename_bank, bank_id=bank.id, name="ALPHA")
    bank.do(steps.rename_bank, bank_id=bank.id, name="Gamma")
    assert bank.ask(queries.find_bank, "gamma").id == bank.id
    with pytest.raises(NotFound):
        bank.ask(queries.find_bank, "alpha")


def test_a_disabled_bank_matches_nothing_until_it_is_enabled(bank) -> None:
    bank.add(bank.entry(1))
    bank.do(steps.disable_bank, bank_id=bank.id)
    assert bank.matching() == []
    bank.do(steps.enable_bank, bank_id=bank.id)
    assert bank.matching() == [1]


def test_a_deleted_bank_matches_nothing_and_frees_its_name(bank) -> None:
    bank.add(bank.entry(1))
    entry_id = bank.entry_id()
    bank.do(steps.delete_bank, bank_id=bank.id)
    assert bank.matching() == []
    assert bank.ask(queries.list_banks) == []
    assert bank.ask(queries.entries_by_id, [entry_id]) == {}
    assert bank.do(steps.create_bank, name="Alpha") != bank.id


def test_a_threshold_counts_until_the_next_one(bank) -> None:
    bank.do(steps.set_threshold, bank_id=bank.id, signal_type="pdq", distance=10)
    bank.do(steps.set_threshold, bank_id=bank.id, signal_type="pdq", distance=20)
    assert bank.ask(queries.find_bank, "Alpha").threshold("pdq") == 20


@pytest.mark.parametrize(
    ("step", "arguments"),
    [
        (steps.rename_bank, {"name": "Beta"}),
        (steps.enable_bank, {}),
        (steps.disable_bank, {}),
        (steps.delete_bank, {}),
        (steps.set_threshold, {"signal_type": "pdq", "distance": 1}),
        (steps.add_entries, {"entries": []}),
        (steps.begin_import, {"origin": ORIGIN, "runner": RUNNER}),
    ],
)
def test_no_step_works_on_a_bank_that_was_deleted(bank, step, arguments: dict[str, object]) -> None:
    bank.do(steps.delete_bank, bank_id=bank.id)
    with pytest.raises(NotFound):
        bank.do(step, bank_id=bank.id, **arguments)


@pytest.mark.parametrize(
    ("step", "arguments"),
    [
        (steps.set_threshold, {"signal_type": "pdq", "distance": 1}),
        (steps.add_entries, {"entries": [ENTRY]}),
        (steps.disable_bank, {}),
        (steps.delete_bank, {}),
    ],
)
def test_what_alters_matching_alters_the_stamp(bank, step, arguments: dict[str, object]) -> None:
    before = bank.stamp()
    bank.do(step, bank_id=bank.id, **arguments)
    assert bank.stamp() != before


def test_every_step_leaves_one_audit_entry_with_its_reason(bank) -> None:
    bank.add(bank.entry(1))
    bank.do(steps.rename_bank, bank_id=bank.id, name="Beta", reason="r1")
    bank.do(steps.disable_bank, bank_id=bank.id, reason="r2")
    bank.do(steps.enable_bank, bank_id=bank.id, reason="r3")
    bank.do(steps.set_threshold, bank_id=bank.id, signal_type="pdq", distance=3, reason="r4")
    entry_id = bank.entry_id()
    bank.do(steps.disable_entry, entry_id=entry_id, reason="r5")
    bank.do(steps.enable_entry, entry_id=entry_id, reason="r6")
    bank.do(steps.remove_entry, entry_id=entry_id, reason="r7")
    bank.do(steps.note_export, bank_id=bank.id, list_format="csv", reason="r8")
    bank.do(steps.delete_bank, bank_id=bank.id, reason="r9")
    log = bank.ask(page_audit, target=f"bank:{bank.id}")
    assert [(entry.verb, entry.reason) for entry in log] == [
        ("create_bank", ""),
        ("add_entries", ""),
        ("rename_bank", "r1"),
        ("disable_bank", "r2"),
        ("enable_bank", "r3"),
        ("set_threshold", "r4"),
        ("disable_entry", "r5"),
        ("enable_entry", "r6"),
        ("remove_entry", "r7"),
        ("export_bank", "r8"),
        ("delete_bank", "r9"),
    ]
    assert log[6].details == {"entry": entry_id, "until": "for good"}
