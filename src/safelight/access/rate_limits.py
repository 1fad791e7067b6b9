"""Rate limits: a bucket of tokens for each key, in memory."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from safelight.access.rate import Rate
from safelight.errors import RateLimited
from safelight.roles import Actor

MOST_BUCKETS = 10_000


class RateLimits:
    """Lets each key do so much a minute, and at most its burst at once. Each process counts for itself.

    A bucket begins full and refills as time passes. Where there are too many buckets, the one goes that was used the
    longest ago. Who acts without a key, such as a person who has signed in, is limited by the usual rate.
    """

    def __init__(
        self,
        usual: Rate,
        *,
        rate_of: Callable[[int], Rate | None] = lambda _: None,
        monotonic: Callable[[], float] = time.monotonic,
        most_buckets: int = MOST_BUCKETS,
    ) -> None:
        self._usual, self._rate_of = usual, rate_of
        self._monotonic = monotonic
        self._most_buckets = most_buckets
        self._lock = threading.Lock()
        self._buckets: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def take(self, actor: Actor, cost: int = 1) -> None:
        """Take so many tokens from an actor's bucket. What costs more than the whole bucket takes a full one.

        Raises `RateLimited`, with the seconds until there are enough; then nothing was taken.
        """
        rate = self._rate_for(actor)
        asked = min(max(cost, 0), rate.burst)
        with self._lock:
            now = self._monotonic()
            left = self._left(_bucket_of(actor), rate, now)
            missing = asked - left
            if missing <= 0:
                self._put(_bucket_of(actor), left - asked, now)
                return
        wait_s = missing / rate.per_s
        raise RateLimited(
            f"{actor.name} may do {rate.per_minute} requests a minute, and {rate.burst} at once, and has done more. "
            f"Nothing was done. Ask again after {math.ceil(wait_s)} s.",
            retry_after_s=wait_s,
        )

    def _rate_for(self, actor: Actor) -> Rate:
        own = None if actor.key_id is None else self._rate_of(actor.key_id)
        return own or self._usual

    def _left(self, bucket: object, rate: Rate, now: float) -> float:
        if bucket not in self._buckets:
            return rate.burst
        tokens, at = self._buckets[bucket]
        return min(rate.burst, tokens + max(0.0, now - at) * rate.per_s)

    def _put(self, bucket: object, tokens: float, now: float) -> None:
        self._buckets[bucket] = (tokens, now)
        self._buckets.move_to_end(bucket)
        while len(self._buckets) > self._most_buckets:
            self._buckets.popitem(last=False)

    def __len__(self) -> int:
        """How many buckets there are."""
        return len(self._buckets)


def _bucket_of(actor: Actor) -> object:
    return (actor.kind, actor.name) if actor.key_id is None else actor.key_id
