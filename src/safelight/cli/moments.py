"""Moments as people give them on the command line, and as they are told there."""

from datetime import UTC, datetime
from typing import overload


@overload
def in_utc(moment: datetime) -> datetime: ...


@overload
def in_utc(moment: datetime | None) -> datetime | None: ...


def in_utc(moment: datetime | None) -> datetime | None:
    """Return a moment with a zone: UTC where none was given."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def minute(moment: datetime | None, otherwise: str = "-") -> str:
    """Return a moment for the eye, without its seconds; `otherwise` for none."""
    return otherwise if moment is None else f"{moment:%Y-%m-%d %H:%M}"
