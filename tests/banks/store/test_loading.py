from datetime import timedelta

import pytest
from sqlalchemy import event, text

from safelight.banks import queries, steps
from safelight.banks.entry import NewEntry
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_loading_a_type_and_looking_an_identity_up_go_by_an_index(engine: Engine, clock: FixedClock) -> None:
    """A scan of ten million rows would show only in use; SQLite tells its plan beforehand."""
    questions = {
        "SELECT id, value FROM bank_entries WHERE bank_id = 1 AND signal_type = 'pdq' ORDER BY id": "signal_type",
        "SELECT id FROM bank_entries WHERE bank_id = 1 AND identity IN (x'00', x'01')": "identity",
        "SELECT id FROM bank_entries WHERE batch_id = 1 ORDER BY id LIMIT 5": "batch_id",
        "SELECT id FROM bank_entries WHERE superseded_by = 1 ORDER BY id LIMIT 5": "superseded_by",
    }
    with read(engine) as tx:
        for question, index in questions.items():
            plan = " ".join(str(row) for row in tx.execute(text(f"EXPLAIN QUERY PLAN {question}")))
            assert index in plan
            assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_matchers_ask_goes_by_an_index_in_its_order(bank) -> None:
    asked: list[tuple[str, object]] = []
    bank.publish(bank.stage(bank.entry(1)))
    with read(bank.engine) as tx:
        event.listen(tx, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
        now = bank.clock.at
        list(queries.stream_matchable(tx, signal_type="pdq", now=now))
        list(queries.stream_batch(tx, 1, signal_type="pdq", now=now))
        list(queries.superseded_by(tx, 1))
        queries.timed_entries(tx)
        about_entries = [question for question in asked if "FROM bank_entries" in question[0]]
        plans = [_plan(tx, *question) for question in about_entries]
    indexes = ("bank_id_signal_type_id", "batch_id", "superseded_by", "disabled_until")
    for plan, index in zip(plans, indexes, strict=True):
        assert f"ix_bank_entries_{index}" in plan
        assert "SCAN bank_entries" not in plan
        assert "TEMP B-TREE" not in plan or index == "disabled_until"  # few, and by a second column


def _plan(tx: Tx, statement: str, values: object) -> str:
    return " ".join(str(row) for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))


def test_everything_that_is_switched_on_is_streamed_by_bank_and_entry(bank) -> None:
    other = bank.do(steps.create_bank, name="Beta")
    first = bank.add_one(1)
    bank.do(steps.add_entries, bank_id=other, entries=[bank.entry(2), NewEntry(signal_type="md5", value=bytes(16))])
    last = bank.add_one(3)
    bank.do(steps.disable_bank, bank_id=other)  # which banks count is the matcher's to know
    beta = [entry.id for entry in bank.ask(queries.page_entries, other)]
    assert [row[:2] for row in bank.matchable()] == [(bank.id, first), (bank.id, last), (other, beta[1])]
    assert [int.from_bytes(value, "big") for _, _, value in bank.matchable()] == [1, 3, 2]
    assert bank.matchable("md5") == [(other, beta[0], bytes(16))]


def test_what_is_withdrawn_replaced_staged_switched_off_or_of_a_deleted_bank_is_not_streamed(bank) -> None:
    other = bank.do(steps.create_bank, name="Beta")
    bank.do(steps.add_entries, bank_id=other, entries=[bank.entry(1)])
    bank.do(steps.delete_bank, bank_id=other)
    removed, replaced, off, timed, kept = (bank.add_one(number, entry_id=str(number)) for number in range(2, 7))
    until = bank.clock.at + timedelta(hours=1)
    bank.do(steps.remove_entry, entry_id=removed)
    heir = bank.add_one(13, entry_id="3")
    bank.do(steps.disable_entry, entry_id=off)
    bank.do(steps.disable_entry, entry_id=timed, until=until)
    bank.stage(bank.entry(16, entry_id="6"), bank.entry(17))
    assert [entry_id for _, entry_id, _ in bank.matchable()] == [kept, heir]
    bank.clock = FixedClock(at=until)
    assert [entry_id for _, entry_id, _ in bank.matchable()] == [timed, kept, heir]
    states = bank.ask(queries.entry_states, [removed, replaced, off, timed, kept, heir, 1], now=until)
    assert {entry_id for entry_id, state in states.items() if state.is_matchable} == {timed, kept, heir}
    assert (states[kept].bank_id, states[kept].signal_type) == (bank.id, "pdq")
    assert (states[kept].entry_id, states[removed].value) == (kept, bank.entry(2).value)


def test_entries_that_never_were_published_have_no_state(bank) -> None:
    bank.stage(bank.entry(1))
    assert bank.ask(queries.entry_states, [1, 999], now=bank.clock.at) == {}


def test_more_entries_than_a_statement_takes_have_their_states(bank) -> None:
    bank.add(*(bank.entry(number) for number in range(2_500)))
    assert len(bank.ask(queries.entry_states, range(1, 9_999), now=bank.clock.at)) == 2_500


def _streamed(bank, batch_id: int, signal_type: str = "pdq") -> list[int]:
    def load(tx):
        now = bank.clock.now()
        chunks = queries.stream_batch(tx, batch_id, signal_type=signal_type, now=now, chunk_size=2)
        return [row for chunk in chunks for row in chunk]

    rows = bank.ask(load)
    assert all(row[0] == bank.id for row in rows)
    assert [row[1] for row in rows] == sorted(row[1] for row in rows)
    return sorted(int.from_bytes(row[2], "big") for row in rows)


def _superseded(bank, batch_id: int) -> list[tuple[int, int, str]]:
    return bank.ask(lambda tx: [row for chunk in queries.superseded_by(tx, batch_id, chunk_size=2) for row in chunk])


def test_a_published_batch_gives_what_it_brought_and_what_it_replaced(bank) -> None:
    old = [bank.add_one(number, entry_id=str(number)) for number in range(1, 5)]
    news = [bank.entry(10 + number, entry_id=str(number)) for number in range(1, 4)]
    batch_id = bank.stage(*news, bank.entry(20), NewEntry(signal_type="md5", value=bytes(16)))
    assert _streamed(bank, batch_id) == []
    assert _superseded(bank, batch_id) == []
    bank.publish(batch_id, added=2, replaced=3)
    assert _streamed(bank, batch_id) == [11, 12, 13, 20]
    assert _streamed(bank, batch_id, "md5") == [0]
    assert _superseded(bank, batch_id) == [(bank.id, entry_id, "pdq") for entry_id in old[:3]]


def test_of_a_batch_only_what_still_matches_is_streamed(bank) -> None:
    batch_id = bank.stage(*(bank.entry(number, entry_id=str(number)) for number in range(1, 5)))
    bank.publish(batch_id)
    by_value = {int.from_bytes(value, "big"): entry_id for _, entry_id, value in bank.matchable()}
    bank.do(steps.remove_entry, entry_id=by_value[1])
    bank.do(steps.disable_entry, entry_id=by_value[2])
    bank.add(bank.entry(13, entry_id="3"))
    assert _streamed(bank, batch_id) == [4]
    bank.do(steps.delete_bank, bank_id=bank.id)
    assert _streamed(bank, batch_id) == []


def test_entries_that_come_back_by_themselves_are_listed_with_their_time(bank) -> None:
    times = [bank.clock.at + timedelta(hours=hours) for hours in (3, 1, 2)]
    ids = [bank.add_one(number) for number in range(1, 6)]
    for entry_id, until in zip(ids, times, strict=False):
        bank.do(steps.disable_entry, entry_id=entry_id, until=until)
    bank.do(steps.disable_entry, entry_id=ids[3])
    bank.stage(NewEntry(signal_type="pdq", value=bytes(32), is_disabled=True, disabled_until=times[0]))
    assert bank.ask(queries.timed_entries) == [(ids[1], times[1]), (ids[2], times[2]), (ids[0], times[0])]
    bank.do(steps.enable_entry, entry_id=ids[1])
    bank.do(steps.remove_entry, entry_id=ids[2])
    assert bank.ask(queries.timed_entries) == [(ids[0], times[0])]
    bank.do(steps.delete_bank, bank_id=bank.id)
    assert bank.ask(queries.timed_entries) == []
