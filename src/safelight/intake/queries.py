"""Questions about requests, and about how much arrived. All are read-only and may be asked by any door."""

from datetime import datetime

from safelight.database.transaction import Tx
from safelight.errors import NotFound
from safelight.intake import store
from safelight.intake.counted import Counted
from safelight.intake.request import Request


def find_request(tx: Tx, request_id: str) -> Request:
    """Return a request that was queued, or that came under an idempotency key. Raises `NotFound`."""
    found = store.find_request(tx, request_id)
    if found is None:
        raise NotFound(
            "There is no such request: it came under no idempotency key and was not queued, or it is longer ago than "
            "`idempotency_days`."
        )
    return found


def counts_between(tx: Tx, since: datetime, until: datetime) -> list[tuple[datetime, Counted]]:
    """Return how many media had which result, by the hour in UTC, from `since` on and before `until`.

    Results are counted, not media: what was held and scanned later counts as not scanned, and then by its verdict.
    """
    return store.counts_between(tx, since, until)
