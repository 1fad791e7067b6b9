"""Choosing the parts by which requests are let in."""

from collections.abc import Callable

from safelight.access.rate import Rate
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.flow.gate import Gate
from safelight.settings import Settings


def open_gate(settings: Settings, engine: Engine, clock: Clock, tell: Callable[[str], None]) -> Gate:
    """Return what requests pass, by the rates that the settings name; it is the caller's to close."""
    return Gate(
        engine,
        clock,
        usual=Rate(per_minute=settings.api_key_requests_per_minute, burst=settings.api_key_burst),
        probing_limit=settings.probing_alarm_lookups,
        tell=tell,
    )
