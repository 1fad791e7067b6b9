import pytest

from safelight.banks.entry import NewEntry
from safelight.banks.exchanges.csv_list import CsvList
from safelight.banks.exchanges.interface import Rejected
from safelight.banks.fields import Given
from safelight.errors import ListRefused

MD5 = "ab" * 16


def _read(reader: CsvList, text: str) -> list[NewEntry | Rejected]:
    return list(reader.read(text.splitlines(keepends=True)))


def test_columns_are_found_by_the_names_in_the_map() -> None:
    reader = CsvList(columns={"value": "Hash", "label": "Category"}, delimiter=";", given=Given(signal_type="md5"))
    (item,) = _read(reader, f"ID;Category;Hash\n1;A1;{MD5}\n")
    assert item == NewEntry(signal_type="md5", value=b"\xab" * 16, label="A1", line=2)


def test_columns_are_found_by_number_where_there_is_no_header() -> None:
    reader = CsvList(columns={"value": 2, "signal_type": 1}, has_header=False)
    (item,) = _read(reader, f"md5,{MD5}\n")
    assert isinstance(item, NewEntry)
    assert item.line == 1


def test_without_a_map_the_header_names_the_fields_and_other_columns_are_passed_over() -> None:
    (item,) = _read(CsvList(), f"colour,value,label\nred,{MD5},B2\n")
    assert isinstance(item, NewEntry)
    assert item.label == "B2"


@pytest.mark.parametrize(
    ("columns", "header"),
    [
        ({}, "hash,label"),
        ({"value": "Hash"}, "value,label"),
        ({"value": "v"}, "v,v"),
        ({"value": 3}, "a,b"),
        ({"value": 0}, "a,b"),
        ({"label": "a"}, "a,b"),
        ({"value": "a", "colour": "b"}, "a,b"),
    ],
)
def test_a_list_without_the_columns_that_it_needs_is_refused(columns: dict[str, str | int], header: str) -> None:
    with pytest.raises(ListRefused):
        _read(CsvList(columns=columns), f"{header}\n{MD5},x\n")


def test_rows_of_another_width_are_rejected() -> None:
    good, short, wide = _read(CsvList(), f"value,label\n{MD5},A\n{MD5}\n{MD5},A,B\n")
    assert isinstance(good, NewEntry)
    assert isinstance(short, Rejected)
    assert isinstance(wide, Rejected)
    assert (short.line, wide.line) == (3, 4)


def test_rows_too_short_for_the_column_map_are_rejected() -> None:
    (item,) = _read(CsvList(columns={"value": 5}, has_header=False), f"{MD5}\n")
    assert isinstance(item, Rejected)


def test_a_quote_that_is_never_closed_refuses_the_list() -> None:
    with pytest.raises(ListRefused, match="not CSV"):
        _read(CsvList(), f'value,note\n{MD5},"never closed\n{MD5},x\n')


def test_notes_may_run_over_lines_and_the_number_is_that_of_the_last() -> None:
    first, second = _read(CsvList(), f'value,note\n{MD5},"one\ntwo"\n{MD5},x\n')
    assert isinstance(first, NewEntry)
    assert isinstance(second, NewEntry)
    assert (first.note, first.line, second.line) == ("one\ntwo", 3, 4)
