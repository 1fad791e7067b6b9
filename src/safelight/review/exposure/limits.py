"""Limits: how much a person may be shown, by the house's rule and by a tighter one of their own."""

import re
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from safelight.errors import InvalidValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The hours of a day in which pictures are shown, by the clock on the wall; from inclusive, until exclusive."""

    from_: time
    until: time

    def within(self, other: "Hours") -> bool:
        """Whether these hours lie within others."""
        return other.from_ <= self.from_ and self.until <= other.until

    def common(self, other: "Hours") -> "Hours":
        """Return the hours that belong to both; where there are none, an empty span, in which nothing is shown."""
        from_ = max(self.from_, other.from_)
        return Hours(from_=from_, until=max(from_, min(self.until, other.until)))

    def __str__(self) -> str:
        return f"{self.from_:%H:%M}-{self.until:%H:%M}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much may be shown to a person, and when.

    - `minutes_per_day`: time at review, pauses of up to five minutes included
    - `large_minutes_per_day`, `original_minutes_per_day`: time with such a picture on the screen
    - `break_after_minutes`: time at review after which a break of `break_minutes` is due
    - `days_in_a_row`: after so many days with pictures comes one without
    - `hours`: None for the whole day; `time_zone`: the person's, by its name in the time zone database
    - `cap_seconds`: how long one picture stays, unless it is asked for again

    Sources: at most 4 hours of review a day (INHOPE's guideline); hourly breaks, an early end of the day and no
    overtime (Internet Watch Foundation, public statements of 2021 and 2024).
    """

    minutes_per_day: int = 240
    large_minutes_per_day: int = 120
    original_minutes_per_day: int = 60
    break_after_minutes: int = 60
    break_minutes: int = 10
    days_in_a_row: int = 5
    cap_seconds: int = 60
    hours: Hours | None = None
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLimits:
    """What a person's limits are instead of the house's; None is as the house has it."""

    minutes_per_day: int | None = None
    large_minutes_per_day: int | None = None
    original_minutes_per_day: int | None = None
    break_after_minutes: int | None = None
    break_minutes: int | None = None
    days_in_a_row: int | None = None
    cap_seconds: int | None = None
    hours: Hours | None = None
    time_zone: str | None = None


HIGHEST = Limits(
    minutes_per_day=480,
    large_minutes_per_day=480,
    original_minutes_per_day=480,
    break_after_minutes=120,
    break_minutes=120,
    days_in_a_row=7,
    cap_seconds=600,
)
"""The largest number that each limit can be set to."""

_LOWEST = Limits(
    minutes_per_day=0,
    large_minutes_per_day=0,
    original_minutes_per_day=0,
    break_after_minutes=5,
    break_minutes=2,
    days_in_a_row=1,
    cap_seconds=5,
)
_NUMBERS = tuple(field.name for field in fields(Limits) if field.name not in {"hours", "time_zone"})
_MORE_IS_TIGHTER = "break_minutes"


def combine(house: Limits, own: OwnLimits) -> Limits:
    """Return what counts for a person: of each limit the tighter one, the hours common to both, their time zone."""
    numbers = {name: _tighter(name, getattr(house, name), getattr(own, name)) for name in _NUMBERS}
    hours = [each for each in (house.hours, own.hours) if each is not None]
    common = None if not hours else hours[0].common(hours[-1])
    return replace(house, **numbers, hours=common, time_zone=own.time_zone or house.time_zone)


def is_no_looser(after: Limits, before: Limits) -> bool:
    """Whether nothing may be shown under `after` that may not be under `before`.

    Another time zone counts as looser, for it moves the hours and the beginning of the day.
    """
    return (
        all(_tighter(name, getattr(before, name), getattr(after, name)) == getattr(after, name) for name in _NUMBERS)
        and after.time_zone == before.time_zone
        and (before.hours is None or (after.hours is not None and after.hours.within(before.hours)))
    )


def check_own(own: OwnLimits) -> None:
    """Raise `InvalidValue` for limits that are none."""
    for name in _NUMBERS:
        value = getattr(own, name)
        if value is not None and not getattr(_LOWEST, name) <= value <= getattr(HIGHEST, name):
            raise InvalidValue(
                f"The limit {name} is {getattr(_LOWEST, name)} to {getattr(HIGHEST, name)}, not {value}. Nothing was "
                "changed."
            )
    if own.time_zone is not None:
        find_zone(own.time_zone)


def read_hours(text: str) -> Hours | None:
    """Read `08:00-16:00`; nothing is the whole day. Raises `InvalidValue`."""
    if not text.strip():
        return None
    found = re.fullmatch(r"\s*([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]):([0-5]\d)\s*", text)
    hours = [int(part) for part in found.groups()] if found else [0, 0, 0, 0]
    from_, until = time(hours[0], hours[1]), time(hours[2], hours[3])
    if from_ >= until:
        raise InvalidValue(f"Hours are written 08:00-16:00, and end on the day on which they begin: not {text!r}.")
    return Hours(from_=from_, until=until)


def find_zone(name: str) -> tzinfo:
    """Return a time zone by its name, such as Europe/Madrid. Raises `InvalidValue`."""
    if name == "UTC":
        return UTC  # known also where no database of time zones is installed
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidValue(f"There is no time zone {name!r} here. Write UTC, or one such as Europe/Madrid.") from error


def day_start(moment: datetime, zone: tzinfo, days_ahead: int = 0) -> datetime:
    """Return when a day begins in a zone: that of the moment, or so many days ahead of it."""
    day: date = moment.astimezone(zone).date() + timedelta(days=days_ahead)
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _tighter(name: str, house: int, own: int | None) -> int:
    if own is None:
        return house
    return max(house, own) if name == _MORE_IS_TIGHTER else min(house, own)
