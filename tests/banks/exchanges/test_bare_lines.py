import pytest

from safelight.banks.entry import NewEntry
from safelight.banks.exchanges.bare_lines import BareLines
from safelight.banks.exchanges.interface import Rejected
from safelight.banks.value import OpaqueText
from safelight.errors import InvalidValue

MD5, SHA1, LONG = "ab" * 16, "cd" * 20, "ef" * 32


def test_the_length_of_the_first_hash_decides_for_all(read_list) -> None:
    items = list(read_list(BareLines(), f"{MD5}\n" + f"{SHA1}\n"))
    assert isinstance(items[0], NewEntry)
    assert items[0].signal_type == "md5"
    assert isinstance(items[1], Rejected)


def test_64_digits_have_to_be_named(read_list) -> None:
    (item,) = read_list(BareLines(), f"{LONG}\n")
    assert isinstance(item, Rejected)
    (item,) = read_list(BareLines(signal_type="PDQ"), f"{LONG}\n")
    assert isinstance(item, NewEntry)
    assert item.signal_type == "pdq"


def test_a_type_that_is_not_computed_here_needs_its_writing(read_list) -> None:
    with pytest.raises(InvalidValue):
        list(read_list(BareLines(signal_type="tmk"), "AP8=\n"))
    (item,) = read_list(BareLines(signal_type="tmk", opaque=OpaqueText.BASE64), "AP8=\n")
    assert isinstance(item, NewEntry)
    assert item.value == b"\0\xff"
