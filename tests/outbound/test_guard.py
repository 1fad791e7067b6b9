"""A URL is read by one strict grammar, and its host must be listed."""

import pytest

from safelight.errors import InvalidValue, OutboundRefused
from safelight.outbound.guard import LONGEST_URL, HostPattern, Rule, own_rule, read_host_patterns, read_target
from safelight.outbound.guard import redirect_target as follow

RULE = Rule(hosts=read_host_patterns(["media.example.com", "*.cdn.example.com", "odd.example.com:8443", "1.1.1.1"]))
EITHER = Rule(hosts=RULE.hosts, schemes=frozenset({"http", "https"}))


@pytest.mark.parametrize(
    ("url", "origin", "path"),
    [
        ("https://media.example.com/a/b.png?x=1&y=%20", "https://media.example.com", "/a/b.png?x=1&y=%20"),
        ("HTTPS://MEDIA.Example.COM", "https://media.example.com", "/"),
        ("https://media.example.com:443?x", "https://media.example.com", "/?x"),
        ("https://a.cdn.example.com/#part", "https://a.cdn.example.com", "/"),
        ("https://a.b.cdn.example.com/", "https://a.b.cdn.example.com", "/"),
        ("https://odd.example.com:8443/", "https://odd.example.com:8443", "/"),
        ("https://1.1.1.1/", "https://1.1.1.1", "/"),
    ],
)
def test_a_plain_url_of_a_listed_host_is_allowed(url: str, origin: str, path: str) -> None:
    target = read_target(url, RULE)
    assert (target.origin, target.path, target.url) == (origin, path, origin + path)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://media.example.com/", "scheme"),
        ("ftp://media.example.com/", "scheme"),
        ("file:///etc/passwd", "plainly"),
        ("gopher://media.example.com/", "scheme"),
        ("//media.example.com/", "plainly"),
        ("media.example.com", "plainly"),
        ("", "plainly"),
        ("https://user@media.example.com/", "credentials"),
        ("https://user:word@media.example.com/", "credentials"),
        ("https://media.example.com/ä", "ASCII"),
        ("https://bücher.example.com/", "ASCII"),
        ("https://media.example.com/a b", "plainly"),
        ("https://media.example.com/a\r\nHost: other", "plainly"),
        ("https://media.example.com\\@other.example.com/", "plainly"),
        ("https://media.example.com./", "neither a name"),
        ("https://media..example.com/", "neither a name"),
        ("https://-media.example.com/", "neither a name"),
        (f"https://{'a' * 64}.cdn.example.com/", "neither a name"),
        ("https://media.example.com:8443/", "port"),
        ("https://media.example.com:80/", "port"),
        ("https://media.example.com:0/", "port"),
        ("https://media.example.com:99999/", "port"),
        ("https://media.example.com:123456/", "plainly"),
        ("https://odd.example.com/", "port"),
        ("https://other.example.com/", "list"),
        ("https://cdn.example.com/", "list"),
        ("https://evilcdn.example.com/", "list"),
        ("https://media.example.com.evil.example/", "list"),
        ("https://xmedia.example.com/", "list"),
        ("https://1.1.1.2/", "list"),
        ("https://[2606:4700::1]/", "list"),
        ("https://[127.0.0.1]/", "usual spelling"),
        (f"https://media.example.com/{'a' * LONGEST_URL}", "longer than 2048"),
    ],
)
def test_all_else_is_refused_and_the_refusal_names_no_url(url: str, why: str) -> None:
    with pytest.raises(OutboundRefused, match=why) as caught:
        read_target(url, RULE)
    assert "example" not in str(caught.value)


def test_a_listed_address_that_is_not_public_is_refused_all_the_same() -> None:
    rule = Rule(hosts=(HostPattern(name="10.0.0.1", is_suffix=False, port=None),))
    with pytest.raises(OutboundRefused, match="a private address"):
        read_target("https://10.0.0.1/", rule)


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/other", "https://media.example.com/other"),
        ("other?x", "https://media.example.com/a/other?x"),
        ("//a.cdn.example.com/x", "https://a.cdn.example.com/x"),
        ("https://odd.example.com:8443/x#part", "https://odd.example.com:8443/x"),
    ],
)
def test_a_redirect_is_read_from_where_it_came(location: str, url: str) -> None:
    assert follow(read_target("https://media.example.com/a/b", RULE), location, RULE).url == url


@pytest.mark.parametrize(
    "location",
    [
        "http://media.example.com/",
        "https://other.example.com/",
        "//other.example.com/",
        "///other.example.com/",
        "/\\other.example.com/",
        "\\\\other.example.com/",
        "https:other.example.com",
        "https:/other.example.com",
        "https:///media.example.com",
        "/a\tb",
        "java\nscript:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://[::1/",
        "https://media.example.com:8443/",
        "https://media.example.com@other.example.com/",
        "",
        "ä",
    ],
)
def test_a_redirect_that_leads_elsewhere_is_refused(location: str) -> None:
    before = read_target("https://media.example.com/a/b", EITHER)
    if location == "":
        assert follow(before, location, EITHER).url == before.url  # to itself: the number of redirects ends it
        return
    with pytest.raises(OutboundRefused):
        follow(before, location, EITHER)


def test_a_redirect_from_http_to_https_is_followed_and_none_the_other_way() -> None:
    assert follow(read_target("http://media.example.com/", EITHER), "https://media.example.com/", EITHER)
    with pytest.raises(OutboundRefused, match="from https to http"):
        follow(read_target("https://media.example.com/", EITHER), "http://media.example.com/", EITHER)


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "*.com",
        "*.1.1.1.1",
        "a*.example.com",
        "*.*.example.com",
        "example.com.",
        "https://example.com",
        "user@example.com",
        "127.1",
        "0x7f",
        "example.com:port",
        "example.com:",
        "bücher.example",
        "[::1",
    ],
)
def test_what_is_no_host_cannot_be_listed(text: str) -> None:
    with pytest.raises(InvalidValue):
        read_host_patterns([text])


def test_hosts_are_listed_by_name_by_suffix_and_with_a_port() -> None:
    assert read_host_patterns(["A.example", "*.b.example:8443", "[2606:4700:0::1]:444"]) == (
        HostPattern(name="a.example", is_suffix=False, port=None),
        HostPattern(name="b.example", is_suffix=True, port=8443),
        HostPattern(name="2606:4700::1", is_suffix=False, port=444),
    )


def test_the_rule_of_one_url_allows_its_host_and_port_alone() -> None:
    rule, target = own_rule("https://hooks.example.com:8443/a?b")
    assert target.url == "https://hooks.example.com:8443/a?b"
    assert read_target("https://hooks.example.com:8443/other", rule)
    for url in ("https://hooks.example.com/a", "https://other.example.com:8443/a", "http://hooks.example.com:8443/a"):
        with pytest.raises(OutboundRefused):
            read_target(url, rule)


@pytest.mark.parametrize(
    "url", ["http://hooks.example.com/", "https://127.0.0.1/", "https://[::1]/", "https://0x7f.1/"]
)
def test_no_rule_is_made_for_a_url_that_leads_inside(url: str) -> None:
    with pytest.raises(OutboundRefused):
        own_rule(url)
