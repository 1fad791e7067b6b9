"""Only public addresses may be connected to; what is not known to be one is refused."""

from ipaddress import ip_address

import numpy as np
import pytest

from safelight.errors import InvalidValue
from safelight.outbound.address import parse_address, read_networks, refusal_of

PUBLIC = [
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.0",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "168.63.129.15",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
    "::ffff:1.1.1.1",
    "64:ff9b::1.1.1.1",
    "2002:101:101::1",
    "2606:4700::5efe:1.1.1.1",
    "2620:4f:7fff::1",
]
REFUSED = {
    "0.0.0.0": "an unspecified",  # noqa: S104 - no binding
    "0.255.255.255": "an unspecified",
    "10.0.0.0": "a private",
    "10.255.255.255": "a private",
    "100.64.0.0": "a carrier's inner",
    "100.100.100.200": "a carrier's inner",
    "100.127.255.255": "a carrier's inner",
    "127.0.0.0": "a loopback",
    "127.0.0.1": "a loopback",
    "127.255.255.255": "a loopback",
    "168.63.129.16": "a cloud's inner",
    "169.254.0.0": "a link-local",
    "169.254.169.254": "a link-local",
    "169.254.255.255": "a link-local",
    "172.16.0.0": "a private",
    "172.31.255.255": "a private",
    "192.0.0.0": "a reserved",
    "192.0.0.192": "a reserved",
    "192.0.2.1": "a documentation",
    "192.31.196.1": "a reserved",
    "192.52.193.1": "a reserved",
    "192.88.99.1": "a reserved",
    "192.168.0.0": "a private",
    "192.168.255.255": "a private",
    "192.175.48.1": "a reserved",
    "198.18.0.0": "a benchmark",
    "198.19.255.255": "a benchmark",
    "198.51.100.1": "a documentation",
    "203.0.113.1": "a documentation",
    "224.0.0.0": "a multicast",
    "239.255.255.255": "a multicast",
    "240.0.0.0": "a reserved",
    "255.255.255.255": "a reserved",
    "::": "an unspecified",
    "::1": "a loopback",
    "::127.0.0.1": "a reserved",
    "::1.1.1.1": "a reserved",
    "::ffff:127.0.0.1": "a loopback",
    "::ffff:10.0.0.1": "a private",
    "::ffff:169.254.169.254": "a link-local",
    "::ffff:0:127.0.0.1": "a reserved",
    "64:ff9b::127.0.0.1": "a loopback",
    "64:ff9b::a9fe:a9fe": "a link-local",
    "64:ff9b:1::1.1.1.1": "a reserved",
    "100::1": "a reserved",
    "2001::1": "a tunnel's",
    "2001:0:53aa:64c::1": "a tunnel's",
    "2001:2::1": "a reserved",
    "2001:20::1": "a reserved",
    "2001:db8::1": "a documentation",
    "2002:7f00:1::1": "a loopback",
    "2002:a9fe:a9fe::1": "a link-local",
    "2606:4700::5efe:10.0.0.1": "a private",
    "2606:4700::200:5efe:127.0.0.1": "a loopback",
    "2620:4f:8000::1": "a reserved",
    "3fff::1": "a documentation",
    "3fff:fff::1": "a documentation",
    "4000::1": "a reserved",
    "5f00::1": "a reserved",
    "fc00::1": "a private",
    "fd00:ec2::254": "a private",
    "fd20:ce::254": "a private",
    "fe80::1": "a link-local",
    "fe80::1%lo": "a link-local",
    "2606:4700::1%lo": "a link-local",
    "fec0::1": "a link-local",
    "ff02::1": "a multicast",
}


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_may_be_connected_to(text: str) -> None:
    assert refusal_of(ip_address(text)) is None


@pytest.mark.parametrize("text", REFUSED)
def test_an_address_that_is_not_public_is_refused_by_its_kind(text: str) -> None:
    assert refusal_of(ip_address(text)) == REFUSED[text]


def test_what_python_calls_inner_is_refused_here_too() -> None:
    """Two lists, made apart: of 20,000 addresses drawn from all of IPv4 and IPv6 no inner one gets through."""
    draw = np.random.default_rng(5).bytes
    drawn = [ip_address(draw(4)) for _ in range(10_000)] + [ip_address(draw(16)) for _ in range(10_000)]
    inner = [each for each in drawn if not each.is_global]
    assert len(inner) > 500
    assert [each for each in inner if refusal_of(each) is None] == []


def test_an_address_is_let_through_as_it_is_written_and_in_no_other_form() -> None:
    through = read_networks(["127.0.0.1", "fd00::/8"])
    assert refusal_of(ip_address("127.0.0.1"), through) is None
    assert refusal_of(ip_address("fd00:ec2::254"), through) is None
    for other in ("127.0.0.2", "::ffff:127.0.0.1", "64:ff9b::127.0.0.1", "fc00::1"):
        assert refusal_of(ip_address(other), through) is not None


@pytest.mark.parametrize("text", ["localhost", "127.0.0.1/8", "127.1", "", "fe80::/200"])
def test_what_is_no_range_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"10\.1\.0\.0/16"):
        read_networks([text])


def test_only_the_usual_spelling_is_an_address() -> None:
    assert parse_address("127.0.0.1") == ip_address("127.0.0.1")
    assert [parse_address(text) for text in ("127.1", "2130706433", "0x7f.1", "0177.0.0.1", "host")] == [None] * 5
