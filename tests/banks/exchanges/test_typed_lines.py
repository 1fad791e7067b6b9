from safelight.banks.entry import NewEntry
from safelight.banks.exchanges.interface import Rejected
from safelight.banks.exchanges.typed_lines import TypedLines

MD5 = "ab" * 16


def test_a_line_is_a_type_a_blank_and_a_hash(read_list) -> None:
    (item,) = read_list(TypedLines(label="A1", label_scheme="ncmec"), f"MD5\t {MD5.upper()}\r\n")
    assert item == NewEntry(signal_type="md5", value=b"\xab" * 16, label="A1", label_scheme="ncmec", line=1)


def test_lines_of_more_or_fewer_words_are_rejected(read_list) -> None:
    items = list(read_list(TypedLines(), f"{MD5}\n" + f"md5 {MD5} x\n"))
    assert all(isinstance(item, Rejected) for item in items)


def test_types_that_are_not_computed_here_are_rejected_by_name(read_list) -> None:
    (item,) = read_list(TypedLines(), "photodna 00ff\n")
    assert isinstance(item, Rejected)
    assert "photodna" in item.reason
