"""Whether a value is of its kind."""

import ipaddress
import re
from datetime import UTC, date, datetime, timedelta

from safelight.testing.authority.model.shape import Kind

_FLAGS = {"true", "false", "1", "0"}
_WHOLE = re.compile(r"[+-]?[0-9]+", re.ASCII)
_REAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|-?INF|NaN", re.ASCII)
_MOMENT = re.compile(r"([^.]+)(?:\.([0-9]{1,6})[0-9]*)?(Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII)
_FURTHEST = timedelta(hours=14)
_LONGEST_NUMBER = 40


def is_of(kind: Kind, text: str) -> bool:
    """Whether a text is a value of this kind. Only of texts is the white space around them a part."""
    value = text if kind.base == "string" else " ".join(text.split())
    if kind.longest is not None and len(value) > kind.longest:
        return False
    if kind.pattern is not None and not re.fullmatch(kind.pattern, value, re.ASCII):
        return False
    return _is_of_base(kind, value)


def moment_of(kind: Kind, text: str) -> datetime | None:
    """Return the moment that a value of this kind tells, a day's first; None if the kind tells none or it is wrong."""
    value = text.strip()
    try:
        if kind.base == "date":
            return datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
        found = _MOMENT.fullmatch(value) if kind.base == "dateTime" else None
        if found is None:
            return None
        told = datetime.fromisoformat(f"{found[1]}.{(found[2] or '0'):0<6}{found[3].replace('Z', '+00:00')}")
        return told.astimezone(UTC) if abs(told.utcoffset() or timedelta()) <= _FURTHEST else None
    except (ValueError, OverflowError):  # a day that no calendar has, or the first or last hours of all years
        return None


def is_true(text: str | None) -> bool:
    """Whether a flag is set. One without a value is: annotations come empty or with `true`."""
    return (text or "").strip() in {"", "true", "1"}


def _is_of_base(kind: Kind, value: str) -> bool:
    match kind.base:
        case "boolean":
            return value in _FLAGS
        case "int" | "long":
            return _is_whole(kind, value)
        case "double":
            return bool(_REAL.fullmatch(value))
        case "dateTime" | "date":
            return moment_of(kind, value) is not None
        case "token":
            return bool(value)
        case _:
            return (not kind.values or value in kind.values) and (not kind.is_ip or _is_address(value))


def _is_whole(kind: Kind, value: str) -> bool:
    if len(value) > _LONGEST_NUMBER or not _WHOLE.fullmatch(value):
        return False
    least, most = kind.least, kind.most
    return (least is None or int(value) >= least) and (most is None or int(value) <= most)


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True
