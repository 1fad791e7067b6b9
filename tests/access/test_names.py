"""Names are plain, and two that look the same are the same."""

import pytest

from safelight.access.names import check_key_name, check_role_name, name_key, person_name
from safelight.errors import InvalidValue


@pytest.mark.parametrize("wrong", ["", "1shop", "a b", "ä", "a" * 101, "a\n"])
def test_a_key_is_named_by_plain_letters_so_that_a_number_is_never_a_name(wrong: str) -> None:
    check_key_name("Shop_1.upload-x")
    with pytest.raises(InvalidValue):
        check_key_name(wrong)


@pytest.mark.parametrize("wrong", ["", "Lead", "a b", "a" * 31, "1"])
def test_a_role_is_named_by_small_letters(wrong: str) -> None:
    check_role_name("night-shift_2")
    with pytest.raises(InvalidValue):
        check_role_name(wrong)


@pytest.mark.parametrize("wrong", ["", "   ", "a" * 101, "a\nb", "a\u202eb", "a\0b"])
def test_a_person_has_a_name_that_can_be_read(wrong: str) -> None:
    with pytest.raises(InvalidValue):
        person_name(wrong)


def test_a_persons_name_is_kept_as_it_is_meant() -> None:
    assert person_name("  Zoe\u0308 K. ") == "Zoë K."
    assert name_key("ZOË k.") == name_key(" Zoe\u0308 K.")
