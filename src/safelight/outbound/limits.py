"""Limits of one exchange: how long it may take, how much may come, of what kind."""

import time
from dataclasses import dataclass

from safelight.errors import OutboundTimedOut


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the other side may cost us.

    `seconds` is for the whole exchange, from the first look at the name to the last byte, redirects included;
    `silence_seconds` for any one wait within it. `max_bytes` counts the body as it comes and as it unpacks.
    `content_types` are the types that may come, such as `image/png` or `image/*`; empty means any.
    """

    seconds: float = 30.0
    silence_seconds: float = 10.0
    max_bytes: int = 1 << 20
    content_types: tuple[str, ...] = ()

    def takes(self, content_type: str) -> bool:
        """Whether a body of this type, in small letters and without parameters, is taken."""
        kind, slash, _ = content_type.partition("/")
        return not self.content_types or not {content_type, f"{kind}{slash}*"}.isdisjoint(self.content_types)


class Deadline:
    """The end of the time of one exchange, by a clock that nobody sets."""

    def __init__(self, limits: Limits) -> None:
        self._ends_at = time.monotonic() + limits.seconds
        self._silence_s = limits.silence_seconds

    def left_s(self) -> float:
        """Return for how many seconds one may wait now. Raises `OutboundTimedOut` when none are left."""
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise timed_out()
        return min(left, self._silence_s)


def timed_out() -> OutboundTimedOut:
    """Return the error for a wait that was too long."""
    return OutboundTimedOut(
        "The other side took longer than it may. What came until then was dropped. Try again later."
    )
