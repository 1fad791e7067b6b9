"""Addresses: which of them lie on the public internet, so that a connection that others ask for may go there.

What is not known to be public is refused. The ranges are those of IANA's special-purpose address registries for IPv4
and IPv6 (RFC 6890 and what updates it), and what clouds answer from under addresses that look public.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from safelight.errors import InvalidValue

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_REFUSED_V4 = {
    "0.0.0.0/8": "an unspecified",
    "10.0.0.0/8": "a private",
    "100.64.0.0/10": "a carrier's inner",  # RFC 6598; Alibaba's metadata service, 100.100.100.200, is in it
    "127.0.0.0/8": "a loopback",
    "168.63.129.16/32": "a cloud's inner",  # Azure: metadata, DNS and health probes, under an address that looks public
    "169.254.0.0/16": "a link-local",  # with most clouds' metadata service, 169.254.169.254
    "172.16.0.0/12": "a private",
    "192.0.0.0/24": "a reserved",  # with Oracle's metadata service, 192.0.0.192
    "192.0.2.0/24": "a documentation",
    "192.31.196.0/24": "a reserved",  # AS112
    "192.52.193.0/24": "a reserved",  # AMT
    "192.88.99.0/24": "a reserved",  # relays of 6to4
    "192.168.0.0/16": "a private",
    "192.175.48.0/24": "a reserved",  # AS112
    "198.18.0.0/15": "a benchmark",
    "198.51.100.0/24": "a documentation",
    "203.0.113.0/24": "a documentation",
    "224.0.0.0/4": "a multicast",
    "240.0.0.0/4": "a reserved",  # with the limited broadcast
}
_REFUSED_V6 = {
    "2001::/32": "a tunnel's",  # Teredo: nobody serves from behind it, and it carries two IPv4 addresses
    "2001::/23": "a reserved",
    "2001:db8::/32": "a documentation",
    "2620:4f:8000::/48": "a reserved",  # AS112
    "3fff::/20": "a documentation",
}
_V4 = tuple((IPv4Network(text), kind) for text, kind in _REFUSED_V4.items())
_V6 = tuple((IPv6Network(text), kind) for text, kind in _REFUSED_V6.items())

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_ISATAP = (0x00005EFE, 0x02005EFE)
"""The upper half of an interface identifier of ISATAP (RFC 5214, section 6.1); the lower half is an IPv4 address."""


def refusal_of(address: Address, let_through: Iterable[Network] = ()) -> str | None:
    """Return why no connection is made to an address, as in "a loopback"; None where one may be made.

    1. An address that the operator lets through, for tests, may be connected to as it is written, in no other form.
    2. An IPv6 address with a zone belongs to this machine's links: refused.
    3. IPv4: refused in any of the ranges above.
    4. IPv6 that carries an IPv4 address (mapped, NAT64, 6to4, ISATAP): refused if that one is.
    5. IPv6: else refused outside of global unicast, 2000::/3, and in any of the ranges above. Mapped and NAT64
       addresses stand for the IPv4 address alone. IPv4-compatible ones are long abolished: refused.
    """
    if any(address in network for network in let_through if network.version == address.version):
        return None
    if isinstance(address, IPv4Address):
        return _within(address, _V4)
    if address.scope_id is not None:
        return "a link-local"
    for carried in _carried(address):
        if (why := refusal_of(carried)) is not None:
            return why
    if address in _MAPPED or address in _NAT64:
        return None
    return _within(address, _V6) or (None if address in _GLOBAL_UNICAST else _kind_of(address))


def _within(address: Address, ranges: Iterable[tuple[Network, str]]) -> str | None:
    return next((kind for network, kind in ranges if address in network), None)


def _carried(address: IPv6Address) -> Iterable[IPv4Address]:
    """Give the IPv4 addresses that an IPv6 address carries for whoever forwards it."""
    number = int(address)
    if address in _MAPPED or address in _NAT64 or (number >> 32) & 0xFFFFFFFF in _ISATAP:
        yield IPv4Address(number & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        yield IPv4Address((number >> 80) & 0xFFFFFFFF)


def _kind_of(address: IPv6Address) -> str:
    """Return what to call an IPv6 address outside of global unicast."""
    if address.is_loopback:
        return "a loopback"
    if address.is_unspecified:
        return "an unspecified"
    if address.is_multicast:
        return "a multicast"
    if address.is_link_local or address.is_site_local:
        return "a link-local"
    return "a private" if int(address) >> 121 == 0b1111110 else "a reserved"


def read_networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Return the addresses and ranges that texts name, such as `127.0.0.1` and `10.1.0.0/16`. Raises `InvalidValue`."""
    found = []
    for text in texts:
        try:
            found.append(ip_network(text))
        except ValueError:
            raise InvalidValue(
                f"{text[:50]!r} is no address and no range of addresses. Write 127.0.0.1 or 10.1.0.0/16."
            ) from None
    return tuple(found)


def parse_address(text: str) -> Address | None:
    """Return the address that a text is, in its usual spelling; None for a name and for every other spelling."""
    try:
        return ip_address(text)
    except ValueError:
        return None
