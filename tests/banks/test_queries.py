from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.banks import queries, steps
from safelight.banks.batch import Origin, runner_of
from safelight.banks.entry import NewEntry, staged_row
from safelight.banks.flood import hour_of
from safelight.banks.store import count_rows
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import NotFound
from safelight.roles import Actor


@pytest.fixture
def banks(engine: Engine, clock: FixedClock, actor: Actor) -> dict[str, int]:
    """Two banks with five PDQ and three MD5 values each."""
    ids = {}
    for bank, name in enumerate(["beta", "Alpha"]):
        with write(engine) as tx:
            ids[name] = steps.create_bank(tx, clock, actor, name=name)
            for number in range(5):
                value = bytes([bank, number])
                entries = [NewEntry(signal_type="pdq", value=value * 16)]
                entries += [NewEntry(signal_type="md5", value=value * 8)] if number < 3 else []
                steps.add_entries(tx, clock, actor, bank_id=ids[name], entries=entries)
    return ids


def test_banks_are_listed_by_name(engine: Engine, banks: dict[str, int]) -> None:
    with read(engine) as tx:
        assert [bank.name for bank in queries.list_banks(tx)] == ["Alpha", "beta"]


def test_entries_are_counted_by_signal_type(engine: Engine, banks: dict[str, int]) -> None:
    with read(engine) as tx:
        assert queries.count_entries(tx, banks["beta"]) == {"pdq": 5, "md5": 3}


def test_pages_give_each_entry_of_one_bank_once_whatever_their_length(engine: Engine, banks: dict[str, int]) -> None:
    with read(engine) as tx:
        whole = queries.page_entries(tx, banks["beta"])
        assert [entry.signal_type for entry in whole] == ["md5"] * 3 + ["pdq"] * 5
        for length in (1, 2, 3, 7):
            paged = list(queries.stream_entries(tx, banks["beta"], chunk_size=length))
            assert paged == whole


def test_pages_may_be_of_one_signal_type(engine: Engine, banks: dict[str, int]) -> None:
    with read(engine) as tx:
        first = queries.page_entries(tx, banks["beta"], signal_type="pdq", limit=3)
        rest = queries.page_entries(tx, banks["beta"], signal_type="pdq", after_id=first[-1].id)
    assert [entry.value[1] for entry in first + rest] == [0, 1, 2, 3, 4]


def test_a_page_after_an_entry_that_never_was_is_refused(engine: Engine, banks: dict[str, int]) -> None:
    with read(engine) as tx, pytest.raises(NotFound):
        queries.page_entries(tx, banks["beta"], after_id=999)


def test_entries_are_found_by_number_with_their_bank(engine: Engine, banks: dict[str, int]) -> None:
    with read(engine) as tx:
        wanted = [queries.page_entries(tx, bank_id, limit=1)[0] for bank_id in banks.values()]
        found = queries.entries_by_id(tx, [entry.id for entry in wanted] + [999])
    assert [found[entry.id][0] for entry in wanted] == wanted
    assert [found[entry.id][1].name for entry in wanted] == ["beta", "Alpha"]


@pytest.mark.parametrize("name", ["nowhere", "\udcff", "a\0"])
def test_an_unknown_bank_is_not_found(engine: Engine, name: str) -> None:
    with read(engine) as tx, pytest.raises(NotFound):
        queries.find_bank(tx, name)


def test_an_entry_of_the_past_is_found_by_number_though_no_bank_holds_it(
    engine: Engine, clock: FixedClock, actor: Actor, banks: dict[str, int]
) -> None:
    with read(engine) as tx:
        before = [entry for bank_id in banks.values() for entry in queries.page_entries(tx, bank_id)]
    again = NewEntry(signal_type=before[0].signal_type, value=before[0].value, label="B2")
    with write(engine) as tx:
        steps.add_entries(tx, clock, actor, bank_id=banks["beta"], entries=[again])
        steps.remove_entry(tx, clock, actor, entry_id=before[1].id)
        steps.delete_bank(tx, clock, actor, bank_id=banks["Alpha"])
    with read(engine) as tx:
        found = queries.published_entries(tx, [entry.id for entry in before] + [999])
    assert [found[entry.id] for entry in before] == before
    assert len(found) == len(before)


def test_more_entries_than_a_statement_takes_are_asked_for_in_parts(engine: Engine, banks: dict[str, int]) -> None:
    with read(engine) as tx:
        wanted = {entry.id for bank_id in banks.values() for entry in queries.page_entries(tx, bank_id)}
        everything = range(1, 70_000)
        assert (
            queries.entries_by_id(tx, everything).keys() == queries.published_entries(tx, everything).keys() == wanted
        )


def test_rows_are_compared_with_what_the_bank_holds(engine: Engine, banks: dict[str, int]) -> None:
    rows = [staged_row(NewEntry(signal_type="pdq", value=bytes([0, number]) * 16)) for number in range(4, 2_000 // 8)]
    with read(engine) as tx:
        assert queries.compare_rows(tx, banks["beta"], rows).already_there == 1
        assert queries.compare_rows(tx, banks["Alpha"], rows).already_there == 0


def test_dead_imports_are_told_from_living_ones(
    engine: Engine, clock: FixedClock, actor: Actor, banks: dict[str, int]
) -> None:
    here = runner_of(1)
    elsewhere = replace(here, place="elsewhere")
    with write(engine) as tx:
        origin = Origin(name="x", format="csv")
        batch_id = steps.begin_import(tx, clock, actor, bank_id=banks["beta"], origin=origin, runner=elsewhere)
    late = clock.at + timedelta(minutes=6)
    with read(engine) as tx:
        assert queries.dead_imports(tx, now=clock.at, here=here) == []
        assert [batch.id for batch in queries.dead_imports(tx, now=late, here=here)] == [batch_id]


def test_what_an_entry_matched_is_summed_over_the_time_asked(bank) -> None:
    this = hour_of(bank.clock.at)
    first, heir = (bank.add_one(1, label=label) for label in ("A1", "B2"))
    with write(bank.engine) as tx:
        for entry_id, hours, media in ((first, 3, 5), (heir, 1, 7)):
            count_rows.add_counts(tx, this - timedelta(hours=hours), {entry_id: media})
    with read(bank.engine) as tx:
        for hours, total in ((5, 12), (2, 7), (0, 0)):
            assert queries.matched_media(tx, heir, since=this - timedelta(hours=hours), until=this) == total
        assert queries.matched_media(tx, 999, since=this, until=this) == 0
