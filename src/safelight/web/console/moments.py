"""Moments and days as the fields of forms give them: in UTC, as the pages say, unless they name a zone."""

from datetime import UTC, datetime

from safelight.errors import InvalidValue


def read_moment(text: str) -> datetime | None:
    """Return a moment of a field for day and time, in UTC; None for an empty one. Raises `InvalidValue` for none."""
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidValue("That is no moment. Write it as 2027-01-31T12:00, in UTC. Nothing was changed.") from None


def read_day(text: str) -> datetime | None:
    """Return the beginning of a day in UTC, None for an empty field. Raises `InvalidValue` for what is no day."""
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise InvalidValue("Write the day as 2027-01-31. Nothing was changed.") from None
