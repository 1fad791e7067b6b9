"""Addresses that notices go to, and when one is paused."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from safelight.errors import InvalidValue
from safelight.notices.event import WANTABLE, EventKind
from safelight.outbound.address import Network
from safelight.outbound.guard import own_rule

PAUSE_AFTER = timedelta(hours=1)
"""So long nothing may have gone well before an address is paused, however many attempts failed meanwhile."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class AddressState(StrEnum):
    """Whether notices go out to an address."""

    ENABLED = "enabled"
    PAUSED = "paused"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAddress:
    """An address of the operator's. Its URL and its secrets are sealed; `origin` is the URL's scheme, host and port.

    `failures` counts the attempts that failed in a row, the first of them at `failing_since_at`.
    """

    id: int
    name: str
    origin: str
    kinds: frozenset[EventKind]
    state: AddressState
    pause_reason: str
    failures: int
    failing_since_at: datetime | None
    created_at: datetime


def check_name(name: str) -> None:
    """Raise `InvalidValue` unless a name is 1 to 64 letters, digits, dots, dashes and underscores."""
    if not _NAME.fullmatch(name):
        raise InvalidValue(
            f"{name[:70]!r} is no name of an address: 1 to 64 letters, digits, dots, dashes, underscores."
        )


def check_kinds(kinds: frozenset[EventKind]) -> None:
    """Raise `InvalidValue` for no kinds, and for the kind `test`, which is sent on demand."""
    if not kinds or not kinds <= WANTABLE:
        raise InvalidValue(f"Name what the address shall be told of: {', '.join(sorted(WANTABLE))}.")


def read_origin(url: str, let_through: tuple[Network, ...]) -> str:
    """Return scheme, host and port of a URL. Raises `OutboundRefused` for one to which nothing is ever posted."""
    return own_rule(url, let_through)[1].origin


def is_to_be_paused(failures: int, failing_since_at: datetime | None, now: datetime, *, most_failures: int) -> bool:
    """Whether an address has failed for so often and for so long that it is left alone.

    1. At least `most_failures` attempts failed in a row, of whatever deliveries.
    2. The first of them is an hour ago: a short outage at a busy time is none.
    """
    return failures >= most_failures and failing_since_at is not None and now - failing_since_at >= PAUSE_AFTER
