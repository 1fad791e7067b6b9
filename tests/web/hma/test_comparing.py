import pytest

from safelight.web.hma.answer import Refused
from safelight.web.hma.comparing import compare_pair


def test_pdq_values_are_as_far_apart_as_bits_differ() -> None:
    assert compare_pair("pdq", ["00" * 32, "ff" + "00" * 31]) == [True, {"distance": 8}]
    assert compare_pair("pdq", ["00" * 32, "ff" * 32]) == [False, {"distance": 256}]


def test_digests_are_the_same_or_not() -> None:
    assert compare_pair("sha1", ["00" * 20, "00" * 20]) == [True, {"distance": 0}]
    assert compare_pair("sha1", ["00" * 20, "ff" * 20]) == [False, {"distance": 1}]


@pytest.mark.parametrize("wrong", [None, "x", [], ["00" * 32], ["00" * 32] * 3, [None, None]])
def test_what_is_no_pair_is_refused(wrong: object) -> None:
    with pytest.raises(Refused):
        compare_pair("pdq", wrong)
