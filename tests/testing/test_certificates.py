"""A trial authority is believed by who trusts it, for the names in its certificates."""

import ssl

import pytest

from safelight.testing.certificates import TrialAuthority


def _shake_hands(authority: TrialAuthority, shown: list[str], name: str) -> None:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = authority.trust().wrap_bio(to_client, to_server, server_hostname=name)
    server = authority.server(shown).wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue


@pytest.mark.parametrize("name", ["a.example", "127.0.0.1"])
def test_a_name_or_address_in_the_certificate_is_believed(name: str) -> None:
    _shake_hands(TrialAuthority(), ["a.example", "127.0.0.1"], name)


def test_another_name_is_not() -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        _shake_hands(TrialAuthority(), ["a.example"], "b.example")
