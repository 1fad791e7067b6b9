from types import SimpleNamespace

import pytest

from safelight.banks.comparison import compare
from safelight.banks.entry import NewEntry, staged_row

ROW = staged_row(NewEntry(signal_type="md5", value=bytes(16), label="A1", label_scheme="ncmec", note="n"))
OLD = {"id": 7, "value": bytes(16), "label": "A1", "label_scheme": "ncmec", "note": "n"}


def test_what_the_bank_does_not_hold_is_new() -> None:
    assert compare([ROW], {}).new == [ROW]


def test_what_is_the_same_is_already_there() -> None:
    comparison = compare([ROW], {ROW.identity: SimpleNamespace(**OLD)})
    assert (comparison.new, comparison.replacing, comparison.already_there) == ([], [], 1)


@pytest.mark.parametrize("change", [{"value": b"1" * 16}, {"label": "A2"}, {"label_scheme": None}, {"note": None}])
def test_another_value_label_or_note_replaces(change: dict[str, object]) -> None:
    comparison = compare([ROW], {ROW.identity: SimpleNamespace(**OLD | change)})
    assert [(number, row) for number, _, row in comparison.replacing] == [(7, ROW)]


def test_another_line_number_or_being_switched_off_changes_nothing() -> None:
    other = ROW._replace(line=99, is_disabled=1)
    assert compare([other], {ROW.identity: SimpleNamespace(**OLD)}).already_there == 1


@pytest.mark.parametrize("current", [{}, {ROW.identity: SimpleNamespace(**OLD | {"value": b"1" * 16})}])
def test_what_a_person_took_out_is_counted_and_not_stored(current: dict[bytes, SimpleNamespace]) -> None:
    comparison = compare([ROW], current, {(ROW.identity, ROW.value)})
    assert (comparison.new, comparison.replacing, comparison.withdrawn_here) == ([], [], 1)
    assert comparison.counts.withdrawn_here == 1


def test_another_value_than_the_one_taken_out_is_stored() -> None:
    assert compare([ROW], {}, {(ROW.identity, b"other")}).new == [ROW]
