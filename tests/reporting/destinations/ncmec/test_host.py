"""Credentials go to the host that they are for: no setting brings the one kind to the other's host."""

import pytest

from safelight.errors import InvalidValue, OutboundRefused
from safelight.outbound.address import read_networks
from safelight.outbound.guard import read_target
from safelight.reporting.destinations.ncmec.credentials import ProductionCredentials, TestCredentials
from safelight.reporting.destinations.ncmec.host import host_of

TRIAL = TestCredentials(username="u", password="p")
REAL = ProductionCredentials(username="u", password="p")
LOOPBACK = read_networks(["127.0.0.1"])


def test_each_kind_has_its_host_and_says_where_its_schema_is() -> None:
    assert host_of(TRIAL).root == "https://exttest.cybertip.org/ispws"
    assert host_of(REAL).schema_location == "https://report.cybertip.org/ispws/xsd"
    assert host_of(REAL, "https://report.cybertip.org/ispws/").root == "https://report.cybertip.org/ispws"


def test_the_rule_lets_only_that_host_through() -> None:
    rule = host_of(TRIAL).rule
    assert read_target("https://exttest.cybertip.org/ispws/status", rule).port == 443
    for url in (
        "https://report.cybertip.org/ispws/status",
        "http://exttest.cybertip.org/",
        "https://exttest.cybertip.org:8443/",
    ):
        with pytest.raises(OutboundRefused):
            read_target(url, rule)


@pytest.mark.parametrize(
    "root",
    ["https://authority.example/ispws", "https://127.0.0.1:1/", "http://127.0.0.1:1", "https://report.cybertip.org/x"],
)
def test_production_credentials_go_nowhere_else(root: str) -> None:
    with pytest.raises(InvalidValue, match="production host alone"):
        host_of(REAL, root, LOOPBACK)


@pytest.mark.parametrize(
    "root",
    [
        "https://report.cybertip.org/ispws",
        "https://REPORT.cybertip.org/other",
        "https://report.cybertip.org:444/ispws",
    ],
)
def test_test_credentials_never_go_to_production(root: str) -> None:
    with pytest.raises(InvalidValue, match="never sent to the production host"):
        host_of(TRIAL, root, LOOPBACK)


def test_a_trial_has_a_root_of_its_own() -> None:
    assert host_of(TRIAL, "https://127.0.0.1:8443/ispws/", LOOPBACK).root == "https://127.0.0.1:8443/ispws"
    plain = host_of(TRIAL, "http://127.0.0.1:8080/ispws", LOOPBACK)
    assert read_target("http://127.0.0.1:8080/ispws/status", plain.rule).port == 8080


def test_without_tls_only_this_machine_is_called() -> None:
    for root in (
        "http://authority.example/ispws",
        "http://report.cybertip.org/ispws",
        "http://10.0.0.1/",
        "http://[bad/",
        "http://127.0.0.1.example/",
    ):
        with pytest.raises(InvalidValue, match="not https"):
            host_of(TRIAL, root, read_networks(["10.0.0.0/8"]))


@pytest.mark.parametrize("root", ["https://report.cybertip.org./ispws", "HTTPS://a@b/", "ftp://127.0.0.1", "x"])
def test_what_is_no_plain_url_is_refused(root: str) -> None:
    with pytest.raises(OutboundRefused):
        host_of(TRIAL, root, LOOPBACK)


def test_an_inner_address_is_called_only_where_it_is_let_through() -> None:
    with pytest.raises(OutboundRefused):
        host_of(TRIAL, "https://127.0.0.1:8443/ispws")
