"""Rates: how often an API key may be used."""

from dataclasses import dataclass

from safelight.errors import InvalidValue

MOST_PER_MINUTE = 100_000_000
MOST_AT_ONCE = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many requests a minute in the long run, and at most `burst` at once."""

    per_minute: int
    burst: int

    @property
    def per_s(self) -> float:
        """How many requests a second that is."""
        return self.per_minute / 60


def check_rate(rate: Rate) -> None:
    """Raise `InvalidValue` for a rate that nobody could keep to, or that no machine could serve."""
    if not (1 <= rate.per_minute <= MOST_PER_MINUTE and 1 <= rate.burst <= MOST_AT_ONCE):
        raise InvalidValue(
            f"A key's rate is 1 to {MOST_PER_MINUTE} requests a minute, and 1 to {MOST_AT_ONCE} at once."
        )
