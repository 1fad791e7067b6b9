"""Names in banks are erased when their time is over; what matches does not change by it."""

from datetime import timedelta

from safelight.audit.queries import page_entries
from safelight.banks import queries, steps
from safelight.banks.control import Opinion
from safelight.banks.steps.erasure import erase_names

MICROSECOND = timedelta(microseconds=1)


def _names(bank, entry_id: int) -> tuple[str, str, str]:
    entry, _ = bank.ask(queries.entries_by_id, [entry_id])[entry_id]
    control = bank.ask(queries.entry_controls, [entry_id])[entry_id]
    return entry.provenance.added_by.name, control.opinion_by.name, control.opinion_reason


def _prepare(bank) -> int:
    entry_id = bank.add_one(1)
    bank.do(steps.set_opinion, entry_id=entry_id, opinion=Opinion.DECONFIRMED, reason="a logo")
    return entry_id


def test_names_and_words_from_before_are_erased_and_the_opinion_stays(bank) -> None:
    entry_id = _prepare(bank)
    assert bank.do(erase_names, before=bank.clock.now() + MICROSECOND) == 2
    assert _names(bank, entry_id) == ("(erased)", "(erased)", "")
    control = bank.ask(queries.entry_controls, [entry_id])[entry_id]
    assert (control.opinion, control.opinion_at) == (Opinion.DECONFIRMED, bank.clock.now())


def test_names_and_words_that_are_younger_stay(bank) -> None:
    entry_id = _prepare(bank)
    assert bank.do(erase_names, before=bank.clock.now()) == 0
    assert _names(bank, entry_id) == (bank.actor.name, bank.actor.name, "a logo")


def test_erasing_is_recorded_once_with_its_counts(bank) -> None:
    _prepare(bank)
    for _ in range(2):
        bank.do(erase_names, before=bank.clock.now() + MICROSECOND)
    entries = [entry for entry in bank.ask(page_entries) if entry.verb == "erase_names"]
    assert [dict(entry.details) for entry in entries] == [{"opinions": 1, "batches": 1}]


def test_nobody_who_matches_is_told_of_a_change(bank) -> None:
    _prepare(bank)
    before = bank.ask(queries.last_position)
    bank.do(erase_names, before=bank.clock.now() + MICROSECOND)
    assert bank.ask(queries.last_position) == before
