"""No spelling and no redirect leads to an address that is not public.

Each row is shown to bite twice over: it is refused though the rule lists its very host, so that nothing but the guard
refuses it; and a reader as lenient as those in use, whose reading the row names, does arrive inside by it.
"""

import socket
import unicodedata
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from safelight.errors import OutboundRefused
from safelight.outbound.address import read_networks, refusal_of
from safelight.outbound.guard import HostPattern, Rule, read_target
from safelight.outbound.limits import Limits
from safelight.outbound.outlet import Outlet
from safelight.testing.web_server import Asked, TrialServer, plain_answer

Read = Callable[[str], str]


def plain(url: str) -> str:
    """Read as Python's standard library does: it drops tabs and line ends, and takes what follows the last @."""
    return (urlsplit(url).hostname or "").rstrip(".")


def numbers(url: str) -> str:
    """Read a host as the C library does: as one to four numbers, decimal, octal or hexadecimal."""
    return socket.inet_ntoa(socket.inet_aton(plain(url)))


def browser(url: str) -> str:
    """Read as browsers do (WHATWG URL): a backslash is a slash, %XX in a host is read, wide signs are narrow ones."""
    host = plain(unicodedata.normalize("NFKC", unquote(url.strip().replace("\\", "/"))).replace("。", "."))
    return numbers(f"http://{host}") if host[:1].isdigit() else host


def zoned(url: str) -> str:
    """Read an IPv6 address without its zone."""
    return unquote(plain(url)).partition("%")[0]


def forgiving(url: str) -> str:
    """Read what has too few or too many slashes as if it had two."""
    scheme, _, rest = url.partition(":")
    return plain(f"{scheme}://{rest.lstrip('/')}")


SPELLINGS: list[tuple[str, Read]] = [
    # IPv4 in its usual spelling
    ("http://127.0.0.1:{port}/x", plain),
    ("http://127.0.0.1:{port}", plain),
    ("HTTP://127.0.0.1:{port}/x", plain),
    ("http://127.8.8.8:{port}/x", plain),
    ("http://0.0.0.0:{port}/x", plain),
    ("http://10.0.0.1:{port}/x", plain),
    ("http://100.100.100.200/latest/meta-data", plain),
    ("http://168.63.129.16/machine", plain),
    ("http://169.254.169.254/latest/meta-data", plain),
    ("http://172.31.0.1/x", plain),
    ("http://192.0.0.192/opc/v2", plain),
    ("http://192.168.0.1/x", plain),
    ("http://198.18.0.1/x", plain),
    ("http://224.0.0.1/x", plain),
    ("http://255.255.255.255/x", plain),
    # IPv4 as numbers
    ("http://2130706433:{port}/x", numbers),
    ("http://0x7f000001:{port}/x", numbers),
    ("http://0X7F000001:{port}/x", numbers),
    ("http://017700000001:{port}/x", numbers),
    ("http://0x7f.0.0.1:{port}/x", numbers),
    ("http://0177.0.0.1:{port}/x", numbers),
    ("http://0177.0.0.01:{port}/x", numbers),
    ("http://127.0.0.01:{port}/x", numbers),
    ("http://127.0.0.0x1:{port}/x", numbers),
    ("http://127.0.1:{port}/x", numbers),
    ("http://127.1:{port}/x", numbers),
    ("http://0x7f.1:{port}/x", numbers),
    ("http://127.0x1:{port}/x", numbers),
    ("http://0:{port}/x", numbers),
    ("http://2852039166/latest/meta-data", numbers),
    ("http://0xa9fea9fe/latest/meta-data", numbers),
    ("http://0251.0376.0251.0376/latest/meta-data", numbers),
    ("http://169.254.43518/latest/meta-data", numbers),
    ("http://4294967295/x", numbers),
    # dots, white space, escapes
    ("http://127.0.0.1.:{port}/x", plain),
    ("http://localhost.:{port}/x", plain),
    ("http://127.0.0.1\t:{port}/x", plain),
    ("http://127.0.\n0.1:{port}/x", plain),
    ("ht\ttp://127.0.0.1:{port}/x", plain),
    (" http://127.0.0.1:{port}/x", browser),
    ("http://127.0.0.1 :{port}/x", lambda url: plain(url).strip()),
    ("http://%31%32%37.0.0.1:{port}/x", browser),
    ("http://127%2e0%2e0%2e1:{port}/x", browser),
    ("http://127.0.0.1%00.media.example:{port}/x", lambda url: unquote(plain(url)).partition("\0")[0]),
    # wide digits, circles, other dots
    ("http://１２７.０.０.１:{port}/x", browser),  # noqa: RUF001 - the point of the row
    ("http://①②⑦.⓪.⓪.①:{port}/x", browser),
    ("http://127。0。0。1:{port}/x", browser),
    ("http://127．0．0．1:{port}/x", browser),  # noqa: RUF001 - the point of the row
    ("http://ｌｏｃａｌｈｏｓｔ:{port}/x", browser),  # noqa: RUF001 - the point of the row
    ("http://𝟏𝟐𝟕.𝟎.𝟎.𝟏:{port}/x", browser),  # noqa: RUF001 - the point of the row
    # credentials and backslashes
    ("http://media.example@127.0.0.1:{port}/x", plain),
    ("http://media.example:80@127.0.0.1:{port}/x", plain),
    ("http://media.example:80@media.example@127.0.0.1:{port}/x", plain),
    ("http://@127.0.0.1:{port}/x", plain),
    ("http://127.0.0.1:{port}\\@media.example/x", browser),
    ("http://127.0.0.1:{port}\\.media.example/x", browser),
    ("http:\\\\127.0.0.1:{port}/x", browser),
    ("http://127.0.0.1:{port}#@media.example/", plain),
    ("http://127.0.0.1:{port}?@media.example/", plain),
    # too few and too many slashes
    ("http:127.0.0.1:{port}/x", forgiving),
    ("http:/127.0.0.1:{port}/x", forgiving),
    ("http:///127.0.0.1:{port}/x", forgiving),
    # IPv6
    ("http://[::1]:{port}/x", plain),
    ("http://[0:0:0:0:0:0:0:1]:{port}/x", plain),
    ("http://[0000::0001]:{port}/x", plain),
    ("http://[::]:{port}/x", plain),
    ("http://[::127.0.0.1]:{port}/x", plain),
    ("http://[::ffff:127.0.0.1]:{port}/x", plain),
    ("http://[::FFFF:7f00:1]:{port}/x", plain),
    ("http://[0:0:0:0:0:ffff:127.0.0.1]:{port}/x", plain),
    ("http://[::ffff:169.254.169.254]/x", plain),
    ("http://[64:ff9b::7f00:1]/x", plain),
    ("http://[64:ff9b::169.254.169.254]/x", plain),
    ("http://[2002:7f00:1::]/x", plain),
    ("http://[2001:0:7f00:1::]/x", plain),
    ("http://[fe80::5efe:127.0.0.1]/x", plain),
    ("http://[2606:4700::5efe:10.0.0.1]/x", plain),
    ("http://[fd00:ec2::254]/latest/meta-data", plain),
    ("http://[fc00::1]/x", plain),
    ("http://[fe80::1]/x", plain),
    ("http://[fe80::1%25lo]/x", zoned),
    ("http://[::1%25lo]:{port}/x", zoned),
    ("http://[::1%lo]:{port}/x", zoned),
    ("http://[ff02::1]/x", plain),
    ("http://[fec0::1]/x", plain),
    ("http://[2001:db8::1]/x", plain),
    # names of this machine, in any case
    ("http://localhost:{port}/x", plain),
    ("http://LOCALHOST:{port}/x", plain),
    ("http://LocalHost:{port}/x", plain),
]


def _lands(host: str) -> str:
    """Return the address at which a host lands that was read leniently."""
    return "127.0.0.1" if host.lower() == "localhost" else host


def _rule(url: str, port: int) -> Rule:
    """List every host that any reader may see in a URL, at any port in it, and let the public address through."""
    seen = {"media.example", "localhost", "127.0.0.1"}
    for read in (plain, browser, numbers, zoned, forgiving):
        try:
            seen.add(read(url).lower())
        except (ValueError, OSError):
            continue
    seen |= {str(ip_address(host)) for host in seen if ":" in host}
    ports = (port, 80)
    patterns = [HostPattern(name=host, is_suffix=False, port=each) for host in sorted(seen) for each in ports]
    return Rule(
        hosts=tuple(patterns),
        schemes=frozenset({"http"}),
        most_redirects=5,
        let_through=read_networks(["127.0.0.2"]),
    )


CLOUDS_AND_MANY = {"168.63.129.16", "192.0.0.192", "224.0.0.1"}
"""What Python calls global, and is none the less nobody's public host."""


def test_there_are_enough_spellings_and_none_twice() -> None:
    assert len(SPELLINGS) == len({url for url, _ in SPELLINGS}) >= 60


@pytest.mark.parametrize(("url", "read"), SPELLINGS, ids=[ascii(url) for url, _ in SPELLINGS])
def test_a_lenient_reader_arrives_inside_by_it(url: str, read: Read) -> None:
    landed = ip_address(_lands(read(url.format(port=8000))))
    assert refusal_of(landed) is not None
    assert not landed.is_global or isinstance(landed, IPv6Address) or str(landed) in CLOUDS_AND_MANY


@pytest.mark.parametrize("url", [url for url, _ in SPELLINGS], ids=ascii)
def test_it_is_refused_when_it_is_asked_for(
    url: str, secret: TrialServer, outlet: Outlet, limits: Limits, names: Callable[..., object]
) -> None:
    names(localhost=[["127.0.0.1"]])
    asked = url.format(port=secret.port)
    with pytest.raises(OutboundRefused), outlet.fetch(asked, _rule(asked, secret.port), limits):
        pass
    assert secret.connections == 0


@pytest.mark.parametrize("url", [url for url, _ in SPELLINGS], ids=ascii)
def test_it_is_refused_when_a_redirect_leads_there(url: str, secret: TrialServer, trial: Any) -> None:
    trial.names(localhost=[["127.0.0.1"]], media_example=[["127.0.0.2"]])
    leads_to = url.format(port=secret.port)

    def redirect(_: Asked) -> bytes:
        head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
        return head + leads_to.replace("\n", "\t").encode("utf-8") + b"\r\n\r\n"

    public = trial.serve(redirect, port=secret.port)
    rule = _rule(leads_to, secret.port)
    with pytest.raises(OutboundRefused), trial.outlet.fetch(f"http://media.example:{public.port}/", rule, trial.limits):
        pass
    assert (len(public.asked), secret.connections) == (1, 0)


USUAL = [url for url, _ in SPELLINGS if url.startswith(("http://127.0.0.1:", "http://[::1]", "http://localhost:"))]


@pytest.mark.parametrize("url", [url for url in USUAL if "\\" not in url], ids=ascii)
def test_nothing_but_the_address_stood_in_the_way(
    url: str, serve: Callable[..., TrialServer], outlet: Outlet, limits: Limits, names: Callable[..., object]
) -> None:
    """With the address let through, the very same URL does arrive: what refused it was the judgement of its address."""
    names(localhost=[["127.0.0.1"]])
    server = serve(lambda _: plain_answer(b"in"), address="::1" if "[" in url else "127.0.0.1")
    asked = url.format(port=server.port)
    found = _rule(asked, server.port)
    rule = Rule(hosts=found.hosts, schemes=found.schemes, let_through=read_networks(["127.0.0.1", "::1"]))
    if "@" in asked or "?" in asked:
        read_target(asked, rule)
        return
    with outlet.fetch(asked, rule, limits) as fetched:
        assert b"".join(fetched.pieces) == b"in"
