"""The only source of now."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time, always in UTC and with its time zone."""

    def now(self) -> datetime:
        """Return the present moment."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        """Return the present moment by the computer's clock."""
        return datetime.now(UTC)  # noqa: TID251 - the one home of now


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedClock:
    """A clock that stands still: for tests and for replaying a past moment."""

    at: datetime

    def now(self) -> datetime:
        """Return the moment this clock was set to."""
        return self.at
