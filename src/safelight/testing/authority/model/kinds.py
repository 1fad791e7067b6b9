"""The kinds of value: texts, flags, numbers, moments. Where the facts tell no limit there is none."""

from safelight.testing.authority.model.places import COUNTRIES, STATES
from safelight.testing.authority.model.shape import Kind

MOMENT_PATTERN = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+\-][0-9]{2}:[0-9]{2})"
"""ISO 8601 with an offset or Z: times without either are refused, as nobody could tell when they were."""

TEXT = Kind(base="string", must="text", sample="Some text")
FLAG = Kind(base="boolean", must="true or false", sample="true")
FIXED_TRUE = Kind(base="string", must="empty or true", sample="true", values=("", "true", "1"))
"""A flag whose being there sets it. Not every reader of schemas lets a fixed boolean be empty, so it is none here."""
LONG = Kind(base="long", must="a whole number", sample="17", least=-(1 << 63), most=(1 << 63) - 1)
REAL = Kind(base="double", must="a number", sample="-12.5")
TOKEN = Kind(base="token", must="an id", sample="0123456789abcdef0123456789abcdef", pattern="[^ ].*")
MOMENT = Kind(
    base="dateTime",
    must="a moment of the past, with an offset or Z",
    sample="2026-01-02T03:04:05.678+01:00",
    pattern=MOMENT_PATTERN,
    is_past=True,
)
DAY = Kind(
    base="date",
    must="a day of the past, as YYYY-MM-DD",
    sample="2001-02-03",
    pattern=r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    is_past=True,
)
AGE = Kind(base="int", must="a whole number from 0 to 150", sample="40", least=0, most=150)
PORT = Kind(base="int", must="a whole number from 1 to 65535", sample="443", least=1, most=65_535)
URL = Kind(
    base="string",
    must="at most 2083 characters, none of them white space",
    sample="https://example.org/a",
    longest=2083,
    pattern="[^\\s\u007f-\u009f]*",
)
ADDRESS = Kind(base="string", must="an IPv4 or IPv6 address", sample="192.0.2.7", pattern=r"[0-9A-Fa-f:.]+", is_ip=True)
MAIL = Kind(
    base="string",
    must="an e-mail address of at most 255 characters, 64 of them before the @",
    sample="somebody@example.org",
    longest=255,
    pattern=r"[^\s@]{1,64}@[^\s@]+",
)


def text(longest: int) -> Kind:
    """Return text of at most so many characters."""
    return Kind(base="string", must=f"at most {longest} characters", sample="Some text", longest=longest)


def spoken(longest: int) -> Kind:
    """Return text that is not blank, of at most so many characters."""
    must = f"at most {longest} characters, not blank"
    return Kind(base="string", must=must, sample="Some text", longest=longest, pattern=r"[\s\S]*\S[\s\S]*")


def fitting(pattern: str, must: str, sample: str) -> Kind:
    """Return text that a pattern fits."""
    return Kind(base="string", must=must, sample=sample, pattern=pattern)


def word(*values: str) -> Kind:
    """Return a choice of exact words."""
    return Kind(base="string", must=f"one of: {', '.join(values)}", sample=values[0], values=values)


COUNTRY = Kind(base="string", must="a two-letter country code that is listed, or empty", sample="GB", values=COUNTRIES)
STATE = Kind(base="string", must="a two-letter code of a US state that is listed", sample="CA", values=STATES)
EVENT = word("Login", "Registration", "Purchase", "Upload", "Other", "Unknown")
