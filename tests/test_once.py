"""Names for one asking are ours, and each is new."""

import pytest

from safelight.errors import InvalidValue
from safelight.once import check_once, new_once


def test_a_name_of_ours_is_taken_and_each_is_new() -> None:
    one, two = new_once(), new_once()
    assert one != two
    assert check_once(one) == one


@pytest.mark.parametrize("name", ["", "1" * 31, "1" * 33, "G" * 32, "A" * 32, "1" * 32 + "\n", "\u0661" * 32])
def test_what_is_none_of_ours_is_refused(name: str) -> None:
    with pytest.raises(InvalidValue, match="Load the page again"):
        check_once(name)
