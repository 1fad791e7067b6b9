"""Persons: who signs in, and by which roles they may do what."""

from dataclasses import dataclass
from datetime import datetime

LARGEST_ID = 2**63 - 1
"""The largest number that a person or an API key can have: the databases keep it in 64 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who works with Safelight. One who is disabled may do nothing; what they did stays on record."""

    id: int
    name: str
    role_names: tuple[str, ...]
    added_at: datetime
    disabled_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        """Whether they may do anything at all."""
        return self.disabled_at is None
