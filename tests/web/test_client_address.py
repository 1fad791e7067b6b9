"""Tries are counted under the address of the connection, or of whom a trusted proxy names, and no invented one."""

import pytest

from safelight.web.client_address import client_address

PROXIES = ("10.0.0.0/8", "127.0.0.1")


def _scope(client: str | None, *forwarded: str) -> dict:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return {"client": None if client is None else (client, 1), "headers": headers}


@pytest.mark.parametrize(
    ("client", "forwarded", "proxies", "told"),
    [
        ("192.0.2.7", (), (), "192.0.2.7"),
        ("192.0.2.7", ("198.51.100.1",), (), "192.0.2.7"),
        ("192.0.2.7", ("198.51.100.1",), PROXIES, "192.0.2.7"),
        ("127.0.0.1", ("198.51.100.1",), PROXIES, "198.51.100.1"),
        ("127.0.0.1", ("1.1.1.1, 198.51.100.1, 10.1.2.3",), PROXIES, "198.51.100.1"),
        ("127.0.0.1", ("1.1.1.1", "198.51.100.1"), PROXIES, "198.51.100.1"),
        ("127.0.0.1", ("10.9.9.9",), PROXIES, "10.9.9.9"),
        ("127.0.0.1", (), PROXIES, "127.0.0.1"),
        ("127.0.0.1", ("rubbish",), PROXIES, "unknown"),
        ("2001:db8:1:2:3:4:5:6", (), (), "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", (), (), "192.0.2.7"),
        (None, (), PROXIES, "unknown"),
    ],
)
def test_the_address_is_nobodys_invention(client, forwarded, proxies, told: str) -> None:
    assert client_address(_scope(client, *forwarded), proxies) == told
