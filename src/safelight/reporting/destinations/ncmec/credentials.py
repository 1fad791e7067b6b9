"""Credentials: for the test host or for production, as two types that no code can mix up."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from safelight.errors import InvalidValue

TEST_ROOT = "https://exttest.cybertip.org/ispws"
PRODUCTION_ROOT = "https://report.cybertip.org/ispws"
"""Sources: facts/standards.md section 2, and four open clients. Neither is called unless credentials for it are set."""


class Environment(StrEnum):
    """Where a report goes. What the test host takes never counts as filed."""

    TEST = "test"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCredentials:
    """What lets in at the test host. Neither part is in `repr`."""

    __test__: ClassVar[bool] = False  # it is no class of tests, whatever pytest makes of its name
    environment: ClassVar[Environment] = Environment.TEST
    username: str = field(repr=False)
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what cannot be sent."""
        _check(self.username, self.password)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductionCredentials:
    """What lets in at the host where reports are filed. Neither part is in `repr`."""

    environment: ClassVar[Environment] = Environment.PRODUCTION
    username: str = field(repr=False)
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what cannot be sent."""
        _check(self.username, self.password)


Credentials = TestCredentials | ProductionCredentials


def root_of(credentials: Credentials) -> str:
    """Return the root of the host that credentials are for: their type alone decides."""
    return PRODUCTION_ROOT if isinstance(credentials, ProductionCredentials) else TEST_ROOT


def _check(username: str, password: str) -> None:
    """Raise `InvalidValue`, without either, unless they can go into a header (RFC 7617, section 2)."""
    if not username or not password or ":" in username or not (username + password).isprintable():
        raise InvalidValue(
            "The credentials for the authority cannot be used: a user name has no colon, and neither it nor the "
            "password is empty or holds control characters. Check them where you set them."
        )
