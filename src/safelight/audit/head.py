"""Tree heads: how large the log was at a moment, and the root over everything in it, in a form that can be signed.

    safelight/0123456789abcdef0123456789abcdef      the log: the database's own name
    1000                                            how many leaves
    base64 of the root
    time 2026-11-23T12:30:15.123456Z                when it was signed

docs/reference/audit-log.md describes the form and the signature.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime

from safelight.errors import InvalidValue

_TIME = "time %Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The state of a log at a moment. `origin` names the log, `size` counts leaves, `root` is over all of them."""

    origin: str
    size: int
    root: bytes
    at: datetime

    def text(self) -> str:
        """Return the text that is signed."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\n{self.at.astimezone(UTC).strftime(_TIME)}\n"


def log_origin(installation: str) -> str:
    """Return the name of an installation's log."""
    return f"safelight/{installation}"


def parse_head(text: str) -> Head:
    """Return the head that a text tells. Raises `InvalidValue` unless it is written in the one way."""
    try:
        origin, size, root, time, end = text.split("\n")
        at = datetime.strptime(time, _TIME).replace(tzinfo=UTC)
        head = Head(origin=origin, size=int(size), root=base64.b64decode(root, validate=True), at=at)
    except (ValueError, binascii.Error):
        raise InvalidValue("it is no head of a log") from None
    if end or head.text() != text:
        raise InvalidValue("it is no head of a log")
    return head
