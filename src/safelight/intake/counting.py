"""Counting what arrived, by the hour."""

from collections.abc import Sequence
from datetime import UTC

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.intake import store
from safelight.intake.counted import Counted


def count_media(engine: Engine, clock: Clock, counted: Sequence[Counted]) -> None:
    """Add to how many media had which result in this hour, in UTC."""
    with write(engine) as tx:
        hour = clock.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        store.add_counts(tx, hour, counted)
