import pytest

from safelight.banks.entry import NewEntry
from safelight.banks.exchanges.csv_list import CsvList
from safelight.banks.exchanges.interface import Rejected
from safelight.banks.fields import Given
from safelight.errors import ListRefused

MD5 = "ab" * 16


def test_columns_are_found_by_the_names_in_the_map(read_list) -> None:
    reader = CsvList(columns={"value": "Hash", "label": "Category"}, delimiter=";", given=Given(signal_type="md5"))
    (item,) = read_list(reader, f"ID;Category;Hash\n1;A1;{MD5}\n")
    assert item == NewEntry(signal_type="md5", value=b"\xab" * 16, label="A1", line=2)


def test_columns_are_found_by_number_where_there_is_no_header(read_list) -> None:
    reader = CsvList(columns={"value": 2, "signal_type": 1}, has_header=False)
    (item,) = read_list(reader, f"md5,{MD5}\n")
    assert isinstance(item, NewEntry)
    assert item.line == 1


def test_without_a_map_the_header_names_the_fields_and_other_columns_are_passed_over(read_list) -> None:
    (item,) = read_list(CsvList(), f"colour,value,label\nred,{MD5},B2\n")
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
def test_a_list_without_the_columns_that_it_needs_is_refused(
    read_list, columns: dict[str, str | int], header: str
) -> None:
    with pytest.raises(ListRefused):
        read_list(CsvList(columns=columns), f"{header}\n{MD5},x\n")


def test_rows_of_another_width_are_rejected(read_list) -> None:
    good, short, wide = read_list(CsvList(), f"value,label\n{MD5},A\n{MD5}\n{MD5},A,B\n")
    assert isinstance(good, NewEntry)
    assert isinstance(short, Rejected)
    assert isinstance(wide, Rejected)
    assert (short.line, wide.line) == (3, 4)


def test_rows_too_short_for_the_column_map_are_rejected(read_list) -> None:
    (item,) = read_list(CsvList(columns={"value": 5}, has_header=False), f"{MD5}\n")
    assert isinstance(item, Rejected)


def test_blank_lines_at_the_beginning_do_not_decide_the_width(read_list) -> None:
    items = read_list(CsvList(columns={"value": 1}, has_header=False), "\n" * 300_000 + f"{MD5},A\n{MD5},B\n")
    assert [type(item) for item in items] == [NewEntry, NewEntry]


def test_one_odd_row_among_many_alters_nothing_about_the_others(read_list) -> None:
    """Rows are looked at by the thousand; whatever is unusual about one has them looked at one by one."""
    rows = [f"md5,{number:032x},{'A1' if number % 2 else ''},{number or ''},,\n" for number in range(5_000)]
    text = "signal_type,value,label,entry_id,disabled,disabled_until\n" + "".join(rows)
    given = Given(label="B2", source="s", environment="e")
    plain = read_list(CsvList(given=given), text)
    for odd in ("\n", "md5,zz,,,,\n", "x\n", "photodna,00,,,,\n", f"md5,{MD5},,,maybe,\n", f"md5,{MD5},,,,never\n"):
        items = read_list(CsvList(given=given), text + odd)
        assert items[:5_000] == plain
        assert all(isinstance(item, Rejected) and item.line == 5_002 for item in items[5_000:])


def test_what_blocks_say_of_entries_is_what_one_by_one_says(read_list) -> None:
    rows = [
        f"md5, {'ab' * 16} ,A1,,7,x,,\n",
        f",{'cd' * 20},,,,,yes,\n",
        f"PDQ,{'ef' * 32},,i,8,,,2027-01-31T12:00:00+00:00\n",
        f"sha-256,{'EF' * 32},,,,,no,\n",
    ]
    header = "signal_type,value,label,issuer,entry_id,note,disabled,disabled_until\n"
    reader = CsvList(given=Given(label="B2", source="s"))
    together = read_list(reader, header + "".join(rows))
    alone = [read_list(reader, header + "\n" * number + row + "\n")[0] for number, row in enumerate(rows)]
    assert together == alone
    assert [entry.signal_type for entry in together] == ["md5", "sha1", "pdq", "sha256"]


def test_a_quote_that_is_never_closed_refuses_the_list(read_list) -> None:
    with pytest.raises(ListRefused, match="not CSV"):
        read_list(CsvList(), f'value,note\n{MD5},"never closed\n{MD5},x\n')


def test_notes_may_run_over_lines_and_the_number_is_that_of_the_last(read_list) -> None:
    first, second = read_list(CsvList(), f'value,note\n{MD5},"one\ntwo"\n{MD5},x\n')
    assert isinstance(first, NewEntry)
    assert isinstance(second, NewEntry)
    assert (first.note, first.line, second.line) == ("one\ntwo", 3, 4)
