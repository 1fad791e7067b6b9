"""A complaint has bounds, and what it says comes back as it was."""

from datetime import datetime

import pytest

from safelight.errors import InvalidValue
from safelight.review.flag import FlagText, NewFlag, check_flag, flag_text, read_flag_text


@pytest.mark.parametrize(
    "wrong",
    [
        {"words": "x" * 4001},
        {"place": "x" * 2001},
        {"complainant": "x" * 501},
        {"deadline_at": datetime(2027, 1, 1)},  # noqa: DTZ001 - without its zone
    ],
)
def test_what_cannot_be_kept_is_refused(wrong) -> None:
    with pytest.raises(InvalidValue, match="Nothing was taken in"):
        check_flag(NewFlag(**wrong))


def test_what_is_sealed_of_it_comes_back() -> None:
    new = NewFlag(complainant="user 1", place="https://here.example", words="Ünï")
    check_flag(new)
    assert read_flag_text(flag_text(new)) == FlagText(complainant="user 1", place="https://here.example", words="Ünï")
