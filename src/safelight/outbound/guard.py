"""The guard: which URL may be asked for. Pure rules; what a name resolves to is judged when it is connected to.

A URL is read by one strict grammar of our own, a part of RFC 3986 in which no two readers can differ: what the guard
saw is what is connected to. Everything else is refused, not mended.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import NoReturn
from urllib.parse import urljoin

from safelight.errors import InvalidValue, OutboundRefused
from safelight.outbound.address import Address, Network, parse_address, refusal_of

LONGEST_URL = 2048
MOST_REDIRECTS = 10
DEFAULT_PORTS = {"https": 443, "http": 80}

_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+)"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?"
    r"(?P<query>\?[A-Za-z0-9._~!$&'()*+,;=:@%/?\[\]{}|^-]*)?"
    r"(?:\#[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"
)
_LOCATION = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://(?!/)|//?(?!/)|(?![A-Za-z][A-Za-z0-9+.-]*:|/))[!-~]*")
"""What a redirect may hold: printable ASCII, with as many slashes as belong there. Checked before it is joined, for
joining would drop tabs and line ends, and takes `http:host` for a path where others take it for a host."""
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)")
"""A last label by which systems take a name for a number: `2130706433`, `0x7f.1`, `127.1` (WHATWG URL, "ends in a
number")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPattern:
    """A host that may be asked: by its exact name, or any name below it. `port` None: the scheme's own port alone."""

    name: str
    is_suffix: bool
    port: int | None

    def covers(self, host: str) -> bool:
        """Whether a host, in small letters, is this one."""
        return host.endswith(f".{self.name}") if self.is_suffix else host == self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What may be asked for. `let_through` are addresses that are let through for tests, though they are not public."""

    hosts: tuple[HostPattern, ...]
    schemes: frozenset[str] = frozenset({"https"})
    most_redirects: int = 0
    let_through: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A URL that the rule allows. `address` is set where the host is an address; it was judged already."""

    scheme: str
    host: str
    port: int
    path: str
    address: Address | None

    @property
    def authority(self) -> str:
        """The host as a `Host` header and a URL have it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: what may be shown of an address whose path may hold a secret."""
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        """The whole, as it is asked for."""
        return f"{self.origin}{self.path}"


def read_target(url: str, rule: Rule) -> Target:
    """Return what a URL asks for.

    Raises `OutboundRefused`, without the URL in it, unless all of this holds:

    1. It is at most 2048 characters of the grammar above: ASCII, no credentials, no backslash, no white space.
    2. Its scheme is one of the rule's.
    3. Its host is a name, or an address in its usual spelling. No name ends in a number, and none in a dot.
    4. The rule lists the host, with this port.
    5. An address as host is a public one.
    """
    found = _split(url)
    scheme = found["scheme"].lower()
    if scheme not in rule.schemes:
        _refuse(f"its scheme is not {' or '.join(sorted(rule.schemes))}")
    host, address = _read_host(found["host"].lower())
    port = int(found["port"]) if found["port"] else DEFAULT_PORTS[scheme]
    _require_listed(rule, scheme, host, port)
    if address is not None and (why := refusal_of(address, rule.let_through)) is not None:
        _refuse(f"its host is {why} address")
    path = (found["path"] or "/") + (found["query"] or "")
    return Target(scheme=scheme, host=host, port=port, path=path, address=address)


def redirect_target(before: Target, location: str, rule: Rule) -> Target:
    """Return where a redirect leads, by the whole rule again. Raises `OutboundRefused`.

    From https it never leads to http, whatever the rule allows.
    """
    if not _LOCATION.fullmatch(location):
        _refuse("it redirects to what is no plain URL")
    try:
        joined = urljoin(before.url, location)
    except ValueError:
        _refuse("it redirects to what is no plain URL")
    after = read_target(joined, rule)
    if before.scheme == "https" and after.scheme != "https":
        _refuse("it redirects from https to http")
    return after


def read_host_patterns(texts: Sequence[str]) -> tuple[HostPattern, ...]:
    """Return the hosts that texts name: `media.example.com`, `*.example.com`, `media.example.com:8443`.

    Raises `InvalidValue` for anything else, and for `*.com`, which would be everybody's.
    """
    return tuple(map(_read_host_pattern, texts))


def own_rule(url: str, let_through: tuple[Network, ...] = ()) -> tuple[Rule, Target]:
    """Return the rule that allows one URL's host and port alone, over https, without redirects; and the URL's target.

    For URLs that the operator gave. Raises `OutboundRefused` as `read_target` does.
    """
    found = _split(url)
    host, _ = _read_host(found["host"].lower())
    port = int(found["port"]) if found["port"] else None
    rule = Rule(hosts=(HostPattern(name=host, is_suffix=False, port=port),), let_through=let_through)
    return rule, read_target(url, rule)


def _split(url: str) -> re.Match[str]:
    if len(url) > LONGEST_URL:
        _refuse(f"it is longer than {LONGEST_URL} characters")
    found = _URL.fullmatch(url)
    if found is None:
        _refuse(
            "it is not written plainly as SCHEME://HOST[:PORT]/PATH?QUERY, in ASCII and without credentials. Write the "
            "host in its ASCII form, and all else that is special as %XX"
        )
    return found


def _read_host_pattern(text: str) -> HostPattern:
    found = re.fullmatch(r"(\*\.)?(\[[0-9a-f:.]+\]|[^:\[\]*]+)(?::([0-9]{1,5}))?", text.lower())
    try:
        if found is None:
            _refuse("it is no host")
        name, address = _read_host(found[2])
    except OutboundRefused as error:
        raise InvalidValue(
            f"{text[:100]!r} is no host that can be listed. Write media.example.com, *.example.com for all names below "
            "it, or media.example.com:8443; a host in its ASCII form, without a dot at its end."
        ) from error
    is_suffix = found[1] is not None
    if is_suffix and (address is not None or "." not in name):
        raise InvalidValue(f"{text[:100]!r} is too wide a list: name the hosts below which everything is yours.")
    return HostPattern(name=name, is_suffix=is_suffix, port=int(found[3]) if found[3] else None)


def _read_host(text: str) -> tuple[str, Address | None]:
    """Return a host in one spelling, and the address that it is."""
    if text.startswith("["):
        address = parse_address(text[1:-1])
        if not isinstance(address, IPv6Address):
            _refuse("its host is no address in its usual spelling")
        return str(address), address
    address = parse_address(text)
    if address is not None:
        return str(address), address
    if not _NAME.fullmatch(text) or _NUMBER.fullmatch(text.rsplit(".", 1)[-1]):
        _refuse("its host is neither a name nor an address in its usual spelling")
    return text, None


def _require_listed(rule: Rule, scheme: str, host: str, port: int) -> None:
    ports = {pattern.port or DEFAULT_PORTS[scheme] for pattern in rule.hosts if pattern.covers(host)}
    if not ports:
        _refuse("its host is not on the list of those that may be asked")
    if not 1 <= port <= 65_535 or port not in ports:
        _refuse("its port is not the one that is listed for its host")


def _refuse(why: str) -> NoReturn:
    raise OutboundRefused(f"The URL was refused: {why}. Nothing was sent.")
