"""The console's address is https with a name, or http on this machine, and passkeys are for a domain that it is in."""

import pytest

from safelight.access.signing_in.relying_party import read_relying_party
from safelight.errors import InvalidValue


@pytest.mark.parametrize(
    ("given", "rp_id", "origin", "domain", "is_secure"),
    [
        ("https://review.example.org", "", "https://review.example.org", "review.example.org", True),
        ("https://a.example.org:443", "", "https://a.example.org", "a.example.org", True),
        ("https://a.example.org:8443", "example.org", "https://a.example.org:8443", "example.org", True),
        ("http://localhost:8680", "", "http://localhost:8680", "localhost", False),
        ("http://console.localhost", "localhost", "http://console.localhost", "localhost", False),
    ],
)
def test_it_is_read(given: str, rp_id: str, origin: str, domain: str, is_secure: bool) -> None:
    party = read_relying_party(given, rp_id)
    assert (party.origin, party.rp_id, party.is_secure) == (origin, domain, is_secure)
    assert origin.endswith(f"://{party.host}")


@pytest.mark.parametrize(
    ("origin", "rp_id"),
    [
        ("http://review.example.org", ""),
        ("http://127.0.0.1:8680", ""),
        ("https://192.0.2.1", ""),
        ("http://notlocalhost", ""),
        ("https://review.example.org/", ""),
        ("https://Review.example.org", ""),
        ("https://user@example.org", ""),
        ("https://[::1]", ""),
        ("ftp://example.org", ""),
        ("review.example.org", ""),
        ("https://review.example.org", "org"),
        ("https://review.example.org", "w.example.org"),
        ("https://review.example.org", "other.org"),
    ],
)
def test_anything_else_is_refused(origin: str, rp_id: str) -> None:
    with pytest.raises(InvalidValue):
        read_relying_party(origin, rp_id)
