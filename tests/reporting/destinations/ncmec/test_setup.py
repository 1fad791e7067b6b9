"""A set-up is read whole or not at all; no error, and nothing that a log would show, has a secret in it."""

import json
from typing import Any

import pytest

from safelight.errors import InvalidValue
from safelight.reporting.destinations.ncmec.credentials import ProductionCredentials, TestCredentials
from safelight.reporting.destinations.ncmec.setup import read_setup, setup_bytes

SECRET = "tell-tale-password"
REPORTER: dict[str, Any] = {
    "reportingPerson": {"firstName": "Safety desk", "email": [{"text": "safety@example.org", "type": "Work"}]},
    "contactPerson": {"email": [{"text": "law@example.org"}]},
    "legalURL": "https://example.org/legal",
}
TOLD: dict[str, Any] = {
    "environment": "test",
    "username": "tell-tale-user",
    "password": SECRET,
    "root": "http://127.0.0.1:8690/ispws",
    "reporter": REPORTER,
    "espService": "Example Pictures",
    "platform": "Example",
    "sharesHashes": True,
}


def _bytes(**changes: Any) -> bytes:
    return json.dumps({key: each for key, each in (TOLD | changes).items() if each is not None}).encode()


def _refusal(data: bytes) -> str:
    with pytest.raises(InvalidValue) as refused:
        read_setup(data)
    assert "tell-tale" not in str(refused.value)
    return str(refused.value)


def test_what_is_read_is_written_again() -> None:
    setup = read_setup(_bytes())
    assert isinstance(setup.credentials, TestCredentials)
    assert (setup.root, setup.profile.esp_service, setup.profile.platform) == (
        TOLD["root"],
        "Example Pictures",
        "Example",
    )
    assert setup.profile.shares_hashes
    assert setup.profile.reporter.reporting_person.emails[0].text == "safety@example.org"
    assert json.loads(setup_bytes(setup)) == TOLD
    assert read_setup(setup_bytes(setup)) == setup


def test_what_may_be_left_out_is_empty_and_nothing_is_shared() -> None:
    setup = read_setup(_bytes(environment="production", root=None, espService=None, platform=None, sharesHashes=None))
    assert isinstance(setup.credentials, ProductionCredentials)
    assert (setup.root, setup.profile.esp_service, setup.profile.platform) == ("", "", "")
    assert not setup.profile.shares_hashes


def test_nothing_that_a_log_would_show_has_a_secret() -> None:
    shown = repr(read_setup(_bytes()))
    assert "tell-tale" not in shown
    assert "safety@example.org" not in shown


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"environment": "live"}, "environment: "),
        ({"environment": ["test"]}, "environment: "),
        ({"environment": None}, "environment: "),
        ({"username": "tell-tale:colon"}, "password: "),
        ({"password": None}, "password: "),
        ({"password": 7}, "password: "),
        ({"root": "https://report.cybertip.org/ispws"}, "root: Test credentials are never sent"),
        ({"root": "http://other.example/ispws"}, "root: "),
        ({"root": "ftp://other.example/ispws"}, "root: "),
        ({"environment": "production"}, "root: Production credentials are sent"),
        ({"espService": "x" * 101}, "espService: "),
        ({"platform": "x" * 257}, "platform: "),
        ({"sharesHashes": "yes"}, "sharesHashes: "),
        ({"colour": "red"}, "colour: "),
        ({"reporter": None}, "reporter: "),
        ({"reporter": REPORTER | {"nose": 1}}, "reporter/nose: "),
        ({"reporter": REPORTER | {"reportingPerson": {}}}, "reporter/reportingPerson/email: "),
        (
            {"reporter": REPORTER | {"reportingPerson": {"email": [{"text": "nobody"}]}}},
            "reporter/reportingPerson/email[1]: ",
        ),
        ({"reporter": REPORTER | {"termsOfService": "x" * 3001}}, "reporter/termsOfService: "),
    ],
)
def test_a_fault_is_told_with_its_path(changes: dict[str, Any], path: str) -> None:
    told = _refusal(_bytes(**changes))
    assert told.startswith("The set-up of the CyberTipline cannot be used; nothing was changed. ")
    assert path in told


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b'{"a":', b"[" * 100_000, b" " * (1 << 20) + b"{}"])
def test_what_is_no_object_is_refused(data: bytes) -> None:
    assert "no JSON object" in _refusal(data)
