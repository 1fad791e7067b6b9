"""Addresses are read and listened on, and one that is taken is told."""

import socket

import pytest

from safelight.errors import InvalidValue, UsageError
from safelight.web.listening import Address, bound_port, is_loopback, listen, read_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8680", Address(host="127.0.0.1", port=8680)),
        ("[::1]:0", Address(host="::1", port=0)),
        ("localhost:1", Address(host="localhost", port=1)),
    ],
)
def test_an_address_is_read(text: str, address: Address) -> None:
    assert read_address(text) == address


@pytest.mark.parametrize("text", ["", "8680", ":8680", "host:", "host:x", "host:65536", "host:-1"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="HOST:PORT"):
        read_address(text)


@pytest.mark.parametrize(
    ("host", "is_local"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("192.0.2.1", False), ("::", False), ("box", False)],
)
def test_what_only_this_machine_reaches_is_known(host: str, is_local: bool) -> None:
    assert is_loopback(host) is is_local


def test_small_answers_do_not_wait_for_more_to_send() -> None:
    """A socket that does not say that it is TCP keeps Nagle's waiting, which costs 40 ms an answer."""
    with listen(Address(host="127.0.0.1", port=0)) as sock:
        assert sock.proto == socket.IPPROTO_TCP


def test_an_address_that_is_taken_is_told() -> None:
    with listen(Address(host="127.0.0.1", port=0)) as sock, pytest.raises(UsageError, match="already in use"):
        listen(Address(host="127.0.0.1", port=bound_port(sock)))
    assert Address(host="::1", port=1).told == "[::1]"
