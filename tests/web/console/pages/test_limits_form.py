"""What was entered as limits is read strictly; what is empty is as the house has it."""

import pytest

from safelight.errors import InvalidValue
from safelight.review.exposure.limits import OwnLimits, read_hours
from safelight.web.console.form import Form
from safelight.web.console.pages.limits_form import NUMBERS, read_limits


def entered(**values: str) -> Form:
    return Form(values={name: (value,) for name, value in values.items()})


def test_nothing_entered_is_as_the_house_has_it() -> None:
    assert read_limits(entered(**dict.fromkeys(NUMBERS, " "))) == OwnLimits()


def test_numbers_hours_and_a_zone_are_read() -> None:
    read = read_limits(entered(break_minutes=" 15 ", hours="08:00-16:00", time_zone="Europe/Madrid"))
    assert read == OwnLimits(break_minutes=15, hours=read_hours("08:00-16:00"), time_zone="Europe/Madrid")


@pytest.mark.parametrize("text", ["-1", "1.5", "٣", "12345", "x"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        read_limits(entered(cap_seconds=text))
