"""A change takes a reason, and a blank one is none."""

import pytest

from safelight.errors import InvalidValue
from safelight.web.console.form import Form
from safelight.web.console.reasons import fault_place, read_reason


def test_a_reason_is_given_without_the_space_around_it() -> None:
    assert read_reason(Form(values={"reason": (" it is a logo ",)})) == "it is a logo"
    assert read_reason(Form(values={"why": ("so",)}), "why") == "so"


@pytest.mark.parametrize("given", ["", "  \n", "x" * 1001])
def test_none_a_blank_one_and_a_book_are_refused(given: str) -> None:
    with pytest.raises(InvalidValue, match="Say why"):
        read_reason(Form(values={"reason": (given,)}))


def test_a_fault_is_told_beside_the_reason_only_where_that_is_lacking() -> None:
    assert fault_place(Form(), "hold") == "reason"
    assert fault_place(Form(values={"reason": (" ",)}), "hold") == "reason"
    assert fault_place(Form(values={"reason": ("why",)}), "hold") == "hold"
