"""What a command opens is closed when it ends."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from safelight.cli.closing import close_at_end, closing_what_is_opened


@contextmanager
def _door(said: list[str]) -> Iterator[str]:
    said.append("open")
    try:
        yield "door"
    finally:
        said.append("closed")


def test_what_was_opened_is_closed_at_the_end() -> None:
    said: list[str] = []
    with closing_what_is_opened():
        assert close_at_end(_door(said)) == "door"
        assert said == ["open"]
    assert said == ["open", "closed"]


def test_it_is_closed_though_the_command_fails() -> None:
    said: list[str] = []

    def command() -> None:
        with closing_what_is_opened():
            close_at_end(_door(said))
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        command()
    assert said == ["open", "closed"]


def test_outside_a_command_whoever_opened_it_closes_it() -> None:
    said: list[str] = []
    door = _door(said)
    assert close_at_end(door) == "door"
    assert said == ["open"]
    door.__exit__(None, None, None)


def test_one_command_does_not_close_what_another_opened() -> None:
    outer: list[str] = []
    inner: list[str] = []
    with closing_what_is_opened():
        close_at_end(_door(outer))
        with closing_what_is_opened():
            close_at_end(_door(inner))
        assert inner == ["open", "closed"]
        assert outer == ["open"]
