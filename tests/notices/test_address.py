"""Addresses have plain names and public https URLs, and are paused after many failures over a long time."""

from datetime import UTC, datetime, timedelta

import pytest

from safelight.errors import InvalidValue, OutboundRefused
from safelight.notices.address import PAUSE_AFTER, check_kinds, check_name, is_to_be_paused, read_origin
from safelight.notices.event import EventKind

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize("name", ["a", "Hooks.prod-1_b", "9" * 64])
def test_a_plain_name_is_taken(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize("name", ["", "-a", "a b", "ä", "a/b", "9" * 65, "a\n"])
def test_any_other_is_not(name: str) -> None:
    with pytest.raises(InvalidValue, match="no name"):
        check_name(name)


def test_an_address_wants_something_and_no_test() -> None:
    check_kinds(frozenset({EventKind.CASE_OPENED}))
    for kinds in (frozenset[EventKind](), frozenset({EventKind.TEST}), frozenset(EventKind)):
        with pytest.raises(InvalidValue, match="case_opened"):
            check_kinds(kinds)


def test_of_a_url_only_the_origin_is_told() -> None:
    assert read_origin("https://hooks.example.com:8443/a/secret?key=1", ()) == "https://hooks.example.com:8443"


@pytest.mark.parametrize("url", ["http://hooks.example.com/", "https://10.0.0.1/", "https://user@hooks.example.com/"])
def test_a_url_to_which_nothing_is_ever_posted_is_refused(url: str) -> None:
    with pytest.raises(OutboundRefused):
        read_origin(url, ())


def test_an_address_is_paused_after_many_failures_and_an_hour() -> None:
    hour_ago = NOW - PAUSE_AFTER
    assert is_to_be_paused(20, hour_ago, NOW, most_failures=20)
    assert not is_to_be_paused(19, hour_ago, NOW, most_failures=20)
    assert not is_to_be_paused(2000, hour_ago + timedelta(microseconds=1), NOW, most_failures=20)
    assert not is_to_be_paused(20, None, NOW, most_failures=20)
