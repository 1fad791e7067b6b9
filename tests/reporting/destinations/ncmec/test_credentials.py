"""Credentials for the test host and for production are two types, and neither shows what it holds."""

from typing import Any

import pytest

from safelight.errors import InvalidValue
from safelight.reporting.destinations.ncmec.credentials import (
    Environment,
    ProductionCredentials,
    TestCredentials,
    root_of,
)

BOTH = [TestCredentials, ProductionCredentials]


def test_the_type_decides_the_host() -> None:
    assert root_of(TestCredentials(username="u", password="p")) == "https://exttest.cybertip.org/ispws"
    assert root_of(ProductionCredentials(username="u", password="p")) == "https://report.cybertip.org/ispws"
    assert TestCredentials.environment is Environment.TEST
    assert ProductionCredentials.environment is Environment.PRODUCTION


def test_the_two_are_never_equal() -> None:
    assert TestCredentials(username="u", password="p") != ProductionCredentials(username="u", password="p")


@pytest.mark.parametrize("kind", BOTH)
def test_neither_part_is_shown(kind: Any) -> None:
    assert repr(kind(username="somebody", password="hunter2")) == f"{kind.__name__}()"


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize(
    ("username", "password"), [("", "p"), ("u", ""), ("u:v", "p"), ("u", "p\r\nX: y"), ("u\x00", "p")]
)
def test_what_cannot_be_sent_is_refused_without_being_told(kind: Any, username: str, password: str) -> None:
    with pytest.raises(InvalidValue, match="cannot be used") as refusal:
        kind(username=username, password=password)
    assert "X: y" not in str(refusal.value)
