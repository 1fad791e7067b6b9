from datetime import UTC, datetime, timedelta

import pytest

from safelight.banks import queries, steps
from safelight.banks.batch import Counts
from safelight.banks.entry import NewEntry
from safelight.clock import FixedClock
from safelight.errors import InvalidValue, NotFound


def test_added_entries_match_at_once_and_keep_what_was_said_of_them(bank) -> None:
    bank.add(NewEntry(signal_type="photodna", value=b"opaque", label="A1", label_scheme="ncmec", note="n", line=3))
    (entry,) = bank.ask(queries.page_entries, bank.id)
    assert (entry.signal_type, entry.value, entry.label) == ("photodna", b"opaque", "A1")
    assert (entry.label_scheme, entry.note, entry.key) == ("ncmec", "n", None)
    assert (entry.provenance.origin, entry.provenance.line) == ("by hand", 3)
    assert (entry.provenance.added_at, entry.provenance.added_by) == (bank.clock.at, bank.actor)


def test_adding_the_same_again_adds_nothing(bank) -> None:
    assert bank.add(bank.entry(1), bank.entry(2), bank.entry(1)) == Counts(added=2, duplicates=1)
    version = bank.version()
    assert bank.add(bank.entry(1), bank.entry(2)) == Counts(already_there=2)
    assert bank.matching() == [1, 2]
    assert bank.version() == version


def test_the_same_key_with_another_value_replaces(bank) -> None:
    bank.add(bank.entry(1, entry_id="a"), bank.entry(2, entry_id="b"))
    assert bank.add(bank.entry(3, entry_id="a")) == Counts(replaced=1)
    assert sorted(bank.matching()) == [2, 3]


def test_another_label_replaces(bank) -> None:
    bank.add(bank.entry(1, label="A1"))
    assert bank.add(bank.entry(1, label="B2")) == Counts(replaced=1)
    assert bank.labels() == ["B2"]


def test_an_entry_that_is_replaced_under_another_label_stays_switched_off(bank) -> None:
    until = bank.clock.at + timedelta(days=1)
    bank.add(bank.entry(1, label="A1"))
    bank.do(steps.disable_entry, entry_id=bank.entry_id(), until=until)
    bank.add(bank.entry(1, label="B2"))
    (entry,) = bank.ask(queries.page_entries, bank.id)
    assert (entry.label, entry.disabled, entry.disabled_until) == ("B2", True, until)


def test_another_value_under_a_key_that_was_switched_off_matches(bank) -> None:
    bank.add(bank.entry(1, entry_id="a"))
    bank.do(steps.disable_entry, entry_id=bank.entry_id())
    bank.add(bank.entry(2, entry_id="a"))
    assert bank.matching() == [2]


def test_an_entry_disabled_until_a_time_comes_back_then(bank) -> None:
    until = bank.clock.at + timedelta(hours=1)
    bank.add(bank.entry(1), bank.entry(2))
    first = bank.ask(queries.page_entries, bank.id)[0]
    bank.do(steps.disable_entry, entry_id=first.id, until=until)
    assert bank.matching() == [2]
    bank.clock = FixedClock(at=until)
    assert bank.matching() == [1, 2]


def test_an_entry_disabled_for_good_matches_again_only_when_enabled(bank) -> None:
    bank.add(bank.entry(1))
    bank.do(steps.disable_entry, entry_id=bank.entry_id())
    bank.clock = FixedClock(at=datetime(2999, 1, 1, tzinfo=UTC))
    assert bank.matching() == []
    bank.do(steps.enable_entry, entry_id=bank.entry_id())
    assert bank.matching() == [1]


@pytest.mark.parametrize(
    "until",
    [
        datetime(2020, 1, 1, tzinfo=UTC),
        datetime(2999, 1, 1, tzinfo=UTC).replace(tzinfo=None),
        datetime(9999, 12, 31, tzinfo=UTC),
    ],
)
def test_disabling_until_a_past_or_vague_time_is_refused(bank, until: datetime) -> None:
    bank.add(bank.entry(1))
    with pytest.raises(InvalidValue):
        bank.do(steps.disable_entry, entry_id=bank.entry_id(), until=until)


def test_a_removed_entry_is_gone_and_comes_back_when_a_person_adds_it_again(bank) -> None:
    bank.add(bank.entry(1))
    entry_id = bank.entry_id()
    bank.do(steps.remove_entry, entry_id=entry_id)
    assert bank.matching() == []
    assert bank.ask(queries.entries_by_id, [entry_id]) == {}
    assert bank.add(bank.entry(1)) == Counts(added=1)
    assert bank.entry_id() != entry_id


@pytest.mark.parametrize("step", [steps.disable_entry, steps.enable_entry, steps.remove_entry])
def test_no_step_works_on_an_entry_that_no_bank_holds(bank, step) -> None:
    bank.add(bank.entry(1))
    entry_id = bank.entry_id()
    bank.do(steps.remove_entry, entry_id=entry_id)
    for gone in (entry_id, 999):
        with pytest.raises(NotFound):
            bank.do(step, entry_id=gone)


@pytest.mark.parametrize("step", [steps.disable_entry, steps.enable_entry, steps.remove_entry])
def test_what_alters_one_entry_alters_the_stamp(bank, step) -> None:
    bank.add(bank.entry(1))
    version = bank.version()
    bank.do(step, entry_id=bank.entry_id())
    assert bank.version() == version + 1


def test_a_value_that_is_no_signal_of_its_type_is_refused_and_changes_nothing(bank) -> None:
    bank.add(bank.entry(1))
    version = bank.version()
    for signal_type, value in (("pdq", b"short"), ("md5", b""), ("No Name", b"x" * 16)):
        with pytest.raises(InvalidValue):
            bank.add(bank.entry(2), NewEntry(signal_type=signal_type, value=value))
    assert (bank.matching(), bank.version()) == ([1], version)


def test_a_bank_made_under_the_name_of_a_deleted_one_never_repeats_its_versions(bank) -> None:
    bank.add(bank.entry(1))
    before = bank.version()
    name = bank.ask(queries.list_banks)[0].name
    bank.do(steps.delete_bank, bank_id=bank.id)
    bank.do(steps.create_bank, name=name)
    assert bank.ask(queries.find_bank, name).version > before
