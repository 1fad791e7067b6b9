from datetime import UTC, datetime, timedelta

import pytest

from safelight.audit.queries import page_entries as page_audit
from safelight.banks import queries, steps
from safelight.banks.batch import Counts, Origin, Runner
from safelight.banks.entry import EntryKey, NewEntry
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read, write
from safelight.errors import AlreadyExists, ImportRunning, InvalidValue, NotFound
from safelight.roles import Actor

ORIGIN = Origin(name="list.csv", format="csv")
RUNNER = Runner(place="elsewhere", pid=1, started="1")


def _entry(number: int, label: str | None = None, entry_id: str | None = None) -> NewEntry:
    key = EntryKey(source="s", environment="e", issuer="i", entry_id=entry_id) if entry_id else None
    return NewEntry(signal_type="pdq", value=number.to_bytes(32, "big"), label=label, key=key)


class Bank:
    """One bank and the steps on it, each in a transaction of its own."""

    def __init__(self, engine: Engine, clock: FixedClock, actor: Actor) -> None:
        self.engine, self.clock, self.actor = engine, clock, actor
        self.id: int = self.do(steps.create_bank, name="Alpha")

    def do(self, step, **arguments):
        with write(self.engine) as tx:
            return step(tx, self.clock, self.actor, **arguments)

    def ask(self, question, *arguments, **named):
        with read(self.engine) as tx:
            return question(tx, *arguments, **named)

    def add(self, *entries: NewEntry) -> Counts:
        return self.do(steps.add_entries, bank_id=self.id, entries=entries)

    def labels(self) -> list[str | None]:
        return [entry.label for entry in self.ask(queries.page_entries, self.id)]

    def entry_id(self) -> int:
        (entry,) = self.ask(queries.page_entries, self.id)
        return entry.id

    def matching(self) -> list[int]:
        """The numbers that would match now."""

        def load(tx: Tx) -> list[int]:
            chunks = queries.stream_values(tx, signal_type="pdq", now=self.clock.now(), chunk_size=2)
            return [int.from_bytes(value, "big") for chunk in chunks for _, value in chunk]

        return self.ask(load)

    def version(self) -> int:
        return self.stamp().get(self.id, 0)

    def stamp(self) -> dict[int, int]:
        """The versions of all enabled banks: what tells one state of matching from another."""
        return {bank.id: bank.version for bank in self.ask(queries.list_banks) if bank.is_enabled}


@pytest.fixture
def bank(engine: Engine, clock: FixedClock, actor: Actor) -> Bank:
    return Bank(engine, clock, actor)


def test_a_new_bank_is_enabled_and_empty(bank: Bank) -> None:
    found = bank.ask(queries.find_bank, "alpha")
    assert (found.name, found.is_enabled, found.version, found.created_at) == ("Alpha", True, 1, bank.clock.at)
    assert bank.ask(queries.count_entries, bank.id) == {}


def test_two_banks_cannot_have_one_name_even_in_other_letters(bank: Bank) -> None:
    with pytest.raises(AlreadyExists):
        bank.do(steps.create_bank, name="ALPHA")
    beta = bank.do(steps.create_bank, name="Beta")
    with pytest.raises(AlreadyExists):
        bank.do(steps.rename_bank, bank_id=beta, name="alpha")


def test_a_renamed_bank_is_found_by_its_new_name_alone_and_may_change_its_letters(bank: Bank) -> None:
    bank.do(steps.rename_bank, bank_id=bank.id, name="ALPHA")
    bank.do(steps.rename_bank, bank_id=bank.id, name="Gamma")
    assert bank.ask(queries.find_bank, "gamma").id == bank.id
    with pytest.raises(NotFound):
        bank.ask(queries.find_bank, "alpha")


def test_a_disabled_bank_matches_nothing_until_it_is_enabled(bank: Bank) -> None:
    bank.add(_entry(1))
    bank.do(steps.disable_bank, bank_id=bank.id)
    assert bank.matching() == []
    bank.do(steps.enable_bank, bank_id=bank.id)
    assert bank.matching() == [1]


def test_a_deleted_bank_matches_nothing_and_frees_its_name(bank: Bank) -> None:
    bank.add(_entry(1))
    entry_id = bank.entry_id()
    bank.do(steps.delete_bank, bank_id=bank.id)
    assert bank.matching() == []
    assert bank.ask(queries.list_banks) == []
    assert bank.ask(queries.entries_by_id, [entry_id]) == {}
    assert bank.do(steps.create_bank, name="Alpha") != bank.id


def test_a_threshold_counts_until_the_next_one(bank: Bank) -> None:
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
def test_no_step_works_on_a_bank_that_was_deleted(bank: Bank, step, arguments: dict[str, object]) -> None:
    bank.do(steps.delete_bank, bank_id=bank.id)
    with pytest.raises(NotFound):
        bank.do(step, bank_id=bank.id, **arguments)


def test_added_entries_match_at_once_and_keep_what_was_said_of_them(bank: Bank) -> None:
    bank.add(NewEntry(signal_type="photodna", value=b"opaque", label="A1", label_scheme="ncmec", note="n", line=3))
    (entry,) = bank.ask(queries.page_entries, bank.id)
    assert (entry.signal_type, entry.value, entry.label) == ("photodna", b"opaque", "A1")
    assert (entry.label_scheme, entry.note, entry.key) == ("ncmec", "n", None)
    assert (entry.provenance.origin, entry.provenance.line) == ("by hand", 3)
    assert (entry.provenance.added_at, entry.provenance.added_by) == (bank.clock.at, bank.actor)


def test_adding_the_same_again_adds_nothing(bank: Bank) -> None:
    assert bank.add(_entry(1), _entry(2), _entry(1)) == Counts(added=2, duplicates=1)
    version = bank.version()
    assert bank.add(_entry(1), _entry(2)) == Counts(already_there=2)
    assert bank.matching() == [1, 2]
    assert bank.version() == version


def test_the_same_key_with_another_value_replaces(bank: Bank) -> None:
    bank.add(_entry(1, entry_id="a"), _entry(2, entry_id="b"))
    assert bank.add(_entry(3, entry_id="a")) == Counts(replaced=1)
    assert sorted(bank.matching()) == [2, 3]


def test_another_label_replaces(bank: Bank) -> None:
    bank.add(_entry(1, label="A1"))
    assert bank.add(_entry(1, label="B2")) == Counts(replaced=1)
    assert bank.labels() == ["B2"]


def test_an_entry_that_is_replaced_under_another_label_stays_switched_off(bank: Bank) -> None:
    until = bank.clock.at + timedelta(days=1)
    bank.add(_entry(1, label="A1"))
    bank.do(steps.disable_entry, entry_id=bank.entry_id(), until=until)
    bank.add(_entry(1, label="B2"))
    (entry,) = bank.ask(queries.page_entries, bank.id)
    assert (entry.label, entry.disabled, entry.disabled_until) == ("B2", True, until)


def test_another_value_under_a_key_that_was_switched_off_matches(bank: Bank) -> None:
    bank.add(_entry(1, entry_id="a"))
    bank.do(steps.disable_entry, entry_id=bank.entry_id())
    bank.add(_entry(2, entry_id="a"))
    assert bank.matching() == [2]


def test_an_entry_disabled_until_a_time_comes_back_then(bank: Bank) -> None:
    until = bank.clock.at + timedelta(hours=1)
    bank.add(_entry(1), _entry(2))
    first = bank.ask(queries.page_entries, bank.id)[0]
    bank.do(steps.disable_entry, entry_id=first.id, until=until)
    assert bank.matching() == [2]
    bank.clock = FixedClock(at=until)
    assert bank.matching() == [1, 2]


def test_an_entry_disabled_for_good_matches_again_only_when_enabled(bank: Bank) -> None:
    bank.add(_entry(1))
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
def test_disabling_until_a_past_or_vague_time_is_refused(bank: Bank, until: datetime) -> None:
    bank.add(_entry(1))
    with pytest.raises(InvalidValue):
        bank.do(steps.disable_entry, entry_id=bank.entry_id(), until=until)


def test_a_removed_entry_is_gone_and_comes_back_when_a_person_adds_it_again(bank: Bank) -> None:
    bank.add(_entry(1))
    entry_id = bank.entry_id()
    bank.do(steps.remove_entry, entry_id=entry_id)
    assert bank.matching() == []
    assert bank.ask(queries.entries_by_id, [entry_id]) == {}
    assert bank.add(_entry(1)) == Counts(added=1)
    assert bank.entry_id() != entry_id


@pytest.mark.parametrize("step", [steps.disable_entry, steps.enable_entry, steps.remove_entry])
def test_no_step_works_on_an_entry_that_no_bank_holds(bank: Bank, step) -> None:
    bank.add(_entry(1))
    entry_id = bank.entry_id()
    bank.do(steps.remove_entry, entry_id=entry_id)
    for gone in (entry_id, 999):
        with pytest.raises(NotFound):
            bank.do(step, entry_id=gone)


@pytest.mark.parametrize(
    ("step", "arguments"),
    [
        (steps.set_threshold, {"signal_type": "pdq", "distance": 1}),
        (steps.add_entries, {"entries": [_entry(7)]}),
        (steps.disable_bank, {}),
        (steps.delete_bank, {}),
    ],
)
def test_what_alters_matching_alters_the_stamp(bank: Bank, step, arguments: dict[str, object]) -> None:
    before = bank.stamp()
    bank.do(step, bank_id=bank.id, **arguments)
    assert bank.stamp() != before


@pytest.mark.parametrize("step", [steps.disable_entry, steps.enable_entry, steps.remove_entry])
def test_what_alters_one_entry_alters_the_stamp(bank: Bank, step) -> None:
    bank.add(_entry(1))
    version = bank.version()
    bank.do(step, entry_id=bank.entry_id())
    assert bank.version() == version + 1


def test_every_step_leaves_one_audit_entry_with_its_reason(bank: Bank) -> None:
    bank.add(_entry(1))
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


def _stage(bank: Bank, *entries: NewEntry) -> int:
    """Begin an import and stage entries."""
    batch_id: int = bank.do(steps.begin_import, bank_id=bank.id, origin=ORIGIN, runner=RUNNER)
    rows = [steps.staged_row(entry) for entry in entries]
    comparison = bank.ask(queries.compare_rows, bank.id, rows)
    with write(bank.engine) as tx:
        steps.stage_entries(tx, bank.clock, bank_id=bank.id, batch_id=batch_id, comparison=comparison)
    return batch_id


def _publish(bank: Bank, batch_id: int) -> None:
    bank.do(steps.publish_import, bank_id=bank.id, batch_id=batch_id, counts=Counts(added=1))


def test_staged_entries_are_seen_by_nobody_until_they_are_published(bank: Bank) -> None:
    bank.add(_entry(1, label="A1"))
    stamp = bank.stamp()
    batch_id = _stage(bank, _entry(1, label="B2"), _entry(2))
    assert bank.labels() == ["A1"]
    assert bank.matching() == [1]
    assert bank.ask(queries.count_entries, bank.id) == {"pdq": 1}
    assert bank.stamp() == stamp
    _publish(bank, batch_id)
    assert sorted(bank.labels(), key=str) == ["B2", None]
    assert sorted(bank.matching()) == [1, 2]
    assert bank.stamp() != stamp


def test_only_one_import_holds_a_bank_and_nothing_is_added_by_hand_meanwhile(bank: Bank) -> None:
    batch_id = _stage(bank, _entry(1))
    with pytest.raises(ImportRunning):
        bank.do(steps.begin_import, bank_id=bank.id, origin=ORIGIN, runner=RUNNER)
    with pytest.raises(ImportRunning):
        bank.add(_entry(2))
    other = bank.do(steps.create_bank, name="Other")
    bank.do(steps.begin_import, bank_id=other, origin=ORIGIN, runner=RUNNER)
    _publish(bank, batch_id)
    bank.add(_entry(2))


def _give_up(bank: Bank, batch_id: int, limit: int) -> int:
    """Abandon an import and clear it; return in how many goes."""
    batch = bank.ask(queries.find_import, batch_id)
    assert bank.do(steps.abandon_import, batch=batch, reason="test")
    goes = 1
    while True:
        with write(bank.engine) as tx:
            if steps.clear_import(tx, batch_id=batch_id, limit=limit):
                return goes
        goes += 1


def test_an_abandoned_import_leaves_the_bank_as_it_was(bank: Bank) -> None:
    bank.add(_entry(1, label="A1"))
    batch_id = _stage(bank, _entry(1, label="B2"), *(_entry(number) for number in range(2, 8)))
    assert _give_up(bank, batch_id, limit=2) == 5
    assert bank.labels() == ["A1"]
    assert bank.add(_entry(1, label="C3")) == Counts(replaced=1)
    assert bank.labels() == ["C3"]


def test_an_abandoned_import_can_neither_go_on_nor_be_published(bank: Bank) -> None:
    batch_id = _stage(bank, _entry(1))
    _give_up(bank, batch_id, limit=100)
    with pytest.raises(ImportRunning):
        _publish(bank, batch_id)
    comparison = bank.ask(queries.compare_rows, bank.id, [])
    with write(bank.engine) as tx, pytest.raises(ImportRunning):
        steps.stage_entries(tx, bank.clock, bank_id=bank.id, batch_id=batch_id, comparison=comparison)
    assert bank.matching() == []


def test_an_import_into_a_bank_that_was_deleted_meanwhile_is_not_published(bank: Bank) -> None:
    batch_id = _stage(bank, _entry(1))
    bank.do(steps.delete_bank, bank_id=bank.id)
    with pytest.raises(NotFound):
        _publish(bank, batch_id)


def test_an_entry_switched_off_while_its_successor_is_staged_stays_off(bank: Bank) -> None:
    bank.add(_entry(1, label="A1"))
    batch_id = _stage(bank, _entry(1, label="B2"))
    bank.do(steps.disable_entry, entry_id=bank.entry_id())
    _publish(bank, batch_id)
    assert bank.labels() == ["B2"]
    assert bank.matching() == []


def test_an_import_says_where_its_entries_come_from(bank: Bank) -> None:
    _publish(bank, _stage(bank, _entry(1)))
    (entry,) = bank.ask(queries.page_entries, bank.id)
    assert (entry.provenance.origin, entry.provenance.format) == ("list.csv", "csv")


def test_an_entry_removed_while_its_successor_is_staged_stays_out(bank: Bank) -> None:
    bank.add(_entry(1, label="A1"))
    batch_id = _stage(bank, _entry(1, label="B2"))
    bank.do(steps.remove_entry, entry_id=bank.entry_id())
    _publish(bank, batch_id)
    assert bank.matching() == []


def test_an_entry_removed_between_comparing_and_staging_stays_out(bank: Bank) -> None:
    bank.add(_entry(1, label="A1"))
    batch_id = bank.do(steps.begin_import, bank_id=bank.id, origin=ORIGIN, runner=RUNNER)
    comparison = bank.ask(queries.compare_rows, bank.id, [steps.staged_row(_entry(1, label="B2"))])
    bank.do(steps.remove_entry, entry_id=bank.entry_id())
    with write(bank.engine) as tx:
        steps.stage_entries(tx, bank.clock, bank_id=bank.id, batch_id=batch_id, comparison=comparison)
    _publish(bank, batch_id)
    assert bank.matching() == []
