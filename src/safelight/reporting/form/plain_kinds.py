"""Kinds of values that are no text: numbers, yes and no, moments, days, and choices."""

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

CLOCK_MARGIN = timedelta(seconds=5)
"""So far before now every moment lies: the authority's clock may be behind ours, and it refuses what lies ahead of it.
One open client that files in service stays 1 s behind (facts: coop)."""

_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LARGEST_LONG = 2**63 - 1
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number within bounds, both included."""

    least: int
    most: int = LARGEST_LONG
    types: tuple[type, ...] = (int,)

    def refusal_of(self, value: int) -> str | None:
        """Refuse what is out of bounds."""
        if self.least <= value <= self.most:
            return None
        return f"This is not within {self.least} and {self.most}. Correct it, or leave it out."

    def write(self, value: int) -> str:
        """Give the digits."""
        return str(value)

    def read(self, text: str) -> int:
        """Take digits, with a sign or without."""
        if re.fullmatch(r"[+-]?[0-9]{1,19}", text.strip()) is None:
            raise ValueError("no whole number")
        return int(text)


@dataclass(frozen=True, slots=True)
class Degrees:
    """Degrees of latitude or longitude, north and east of zero positive."""

    most: int
    types: tuple[type, ...] = (float, int)

    def refusal_of(self, value: float) -> str | None:
        """Refuse what is no place on earth."""
        if math.isfinite(value) and abs(value) <= self.most:
            return None
        return f"This is not within -{self.most} and {self.most} degrees. Correct it, or leave it out."

    def write(self, value: float) -> str:
        """Give the shortest text that is read back as the same number."""
        return repr(float(value))

    def read(self, text: str) -> float:
        """Take a decimal number."""
        return float(text)


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no. A field that is left out says neither."""

    types: tuple[type, ...] = (bool,)

    def refusal_of(self, value: bool) -> str | None:  # noqa: ARG002 - the form of a kind
        """Refuse neither."""
        return None

    def write(self, value: bool) -> str:
        """Give the word."""
        return "true" if value else "false"

    def read(self, text: str) -> bool:
        """Take the two words, and the two digits that XML has for them."""
        if text.strip() not in _FLAGS:
            raise ValueError("neither yes nor no")
        return _FLAGS[text.strip()]


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in the past, with its zone; written in UTC, to the millisecond, which is cut and never rounded up."""

    types: tuple[type, ...] = (datetime,)

    def refusal_of(self, value: datetime) -> str | None:
        """Refuse a moment without a zone, and one that is older than anything a report is about."""
        if value.utcoffset() is None:
            return "This moment has no time zone. Say which it is in."
        return "This lies before the year 1900. Correct it, or leave it out." if value < _EARLIEST else None

    def lateness_of(self, value: datetime, now: datetime) -> str | None:
        """Refuse what is not past by the margin."""
        if value <= now - CLOCK_MARGIN:
            return None
        margin = f"{CLOCK_MARGIN.total_seconds():.0f} s or more"
        return f"This is not {margin} in the past: clocks differ. Correct it, or check the clock of this machine."

    def write(self, value: datetime) -> str:
        """Give the form of ISO 8601 that ends in Z."""
        return instant(value).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"

    def read(self, text: str) -> datetime:
        """Take ISO 8601. A moment without its zone is read, and refused afterwards with a better sentence."""
        return datetime.fromisoformat(text.strip())


def instant(value: datetime) -> datetime:
    """Return a moment as it is written: in UTC, cut to the millisecond."""
    utc = value.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


@dataclass(frozen=True, slots=True)
class Day:
    """A day in the past, such as a date of birth. The day before today may still be today elsewhere: it is refused."""

    types: tuple[type, ...] = (date,)

    def refusal_of(self, value: date) -> str | None:
        """Refuse a day that is older than anybody."""
        return "This lies before the year 1900. Correct it, or leave it out." if value < _EARLIEST.date() else None

    def lateness_of(self, value: date, now: datetime) -> str | None:
        """Refuse what is not past everywhere on earth."""
        if value < (now.astimezone(UTC) - timedelta(days=1)).date():
            return None
        return "This day is not in the past. Correct it, or check the clock of this machine."

    def write(self, value: date) -> str:
        """Give YYYY-MM-DD."""
        return value.isoformat()

    def read(self, text: str) -> date:
        """Take YYYY-MM-DD."""
        return date.fromisoformat(text.strip())


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a closed list."""

    options: type[StrEnum]

    @property
    def types(self) -> tuple[type, ...]:
        """The enum alone: a text that only looks like a member is none."""
        return (self.options,)

    def refusal_of(self, value: StrEnum) -> str | None:  # noqa: ARG002 - the form of a kind
        """Refuse none: the type is the list."""
        return None

    def write(self, value: StrEnum) -> str:
        """Give the authority's word."""
        return value.value

    def read(self, text: str) -> StrEnum:
        """Take one of the words."""
        return self.options(text.strip())
