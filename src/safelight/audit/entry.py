"""Audit entries: who did what to which, when and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from safelight.errors import InvalidValue
from safelight.roles import Actor

MAX_DETAIL_LENGTH = 100
"""The longest text that a detail may be: an id or a name, never a document."""

LARGEST_ENTRY_ID = 2**63 - 1
"""The largest number that an entry can have: the databases keep it in 64 bits."""

Details = Mapping[str, int | str]
"""Ids and counts that say more about an act. Never a listed value, nothing of the media, no personal data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One act. `target` names what it was done to as `noun:id`; `verb` is the name of the step that did it.

    `reason` and `details` are None once the record was erased: who did what to which, and when, stays.
    """

    id: int
    at: datetime
    actor: Actor
    verb: str
    target: str
    reason: str | None
    details: Details | None


def check_details(details: Details) -> None:
    """Raise `InvalidValue` unless every detail is a number or a short text."""
    for name, value in details.items():
        if isinstance(value, str) and len(value) > MAX_DETAIL_LENGTH:
            raise InvalidValue(f"The audit detail {name!r} is longer than {MAX_DETAIL_LENGTH} characters: keep to ids.")
        if not isinstance(value, int | str):
            raise InvalidValue(f"The audit detail {name!r} is neither a number nor a text: keep to ids and counts.")
