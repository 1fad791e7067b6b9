"""The network address that a request is from: of the connection, or as a trusted proxy says."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import Scope

UNKNOWN = "unknown"
_SUBNET_BITS = 64


def client_address(scope: Scope, trusted_proxies: Iterable[str] = ()) -> str:
    """Return the address under which tries are counted; of IPv6 the subnet, of which one person has all addresses.

    `X-Forwarded-For` is read from its end, and only as far as those who wrote it are trusted: what stands before,
    whoever asks wrote themselves.
    """
    client = scope.get("client")
    seen = client[0] if client else UNKNOWN
    networks = [ip_network(each) for each in trusted_proxies]
    hops = _hops(scope) if networks else []
    while hops and _is_within(seen, networks):
        seen = hops.pop()
    return _subnet(seen)


def _hops(scope: Scope) -> list[str]:
    headers = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return [hop.strip() for header in headers for hop in header.split(",")]


def _is_within(address: str, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


def _subnet(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return UNKNOWN
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(IPv6Network((int(found), _SUBNET_BITS), strict=False))
    return str(found)
