"""What a destination is called and set up with is checked, and a refusal repeats nothing of it."""

from datetime import UTC, datetime

import pytest

from safelight.errors import InvalidValue, UsageError
from safelight.reporting.setup import (
    MOST_CONFIG_BYTES,
    Setup,
    SetupKind,
    check_setup_name,
    config_bytes,
    require_live,
    require_usable,
)


def setup(*, is_test: bool = False, is_off: bool = False) -> Setup:
    at = datetime(2026, 11, 29, tzinfo=UTC)
    return Setup(id=1, name="ncmec", kind=SetupKind.NCMEC, is_test=is_test, is_off=is_off, added_at=at, changed_at=at)


@pytest.mark.parametrize("name", ["", "-x", ".x", "a b", "x" * 51, "ä", "a/b"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidValue):
        check_setup_name(name)


@pytest.mark.parametrize("name", ["ncmec", "NCMEC-test.1", "x" * 50, "0_a"])
def test_a_name_is_taken(name: str) -> None:
    check_setup_name(name)


def test_the_same_config_gives_the_same_bytes() -> None:
    assert config_bytes({"b": 1, "a": "é"}) == config_bytes({"a": "é", "b": 1}) == '{"a":"é","b":1}'.encode()


@pytest.mark.parametrize(
    "config",
    ["hunter2", ["hunter2"], None, {"hunter2": "x" * MOST_CONFIG_BYTES}, {"hunter2": object()}, {"a": "\ud800hunter2"}],
)
def test_what_can_set_nothing_up_is_refused_without_a_word_of_it(config: object) -> None:
    with pytest.raises(InvalidValue) as caught:
        config_bytes(config)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_only_the_live_switch_lets_what_counts_be_sent_and_tests_need_none() -> None:
    with pytest.raises(UsageError, match="live_reporting"):
        require_live(setup(), is_live=False)
    require_live(setup(), is_live=True)
    require_live(setup(is_test=True), is_live=False)


def test_what_is_switched_off_is_not_used() -> None:
    with pytest.raises(UsageError, match="safelight destination on ncmec"):
        require_usable(setup(is_off=True))
    require_usable(setup())
