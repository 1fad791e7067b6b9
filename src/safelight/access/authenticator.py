"""Authentication: from the secret that a request shows to who acts by it."""

import threading
import time
from collections.abc import Callable

from safelight.access import queries
from safelight.access.known import Known
from safelight.access.known_secrets import KnownSecrets
from safelight.access.rate import Rate
from safelight.access.secret import REFUSAL, digest_of
from safelight.access.uses import Uses
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.errors import Unauthenticated
from safelight.roles import Actor

LOOK_EVERY_S = 0.5
"""So often, while keys are used, it is looked whether anything was changed: one small question to the database."""

STALE_AFTER_S = 1.0
"""What was learned counts for no longer without such a look: then whoever asks waits for it, or for its failure."""

_CLAIM_S = 0.25


class Authenticator:
    """Tells who acts by a secret. Keys that were revoked, rotated or changed count so within a second.

    `cached` never asks the database: it is what an event loop may call. `authenticate` does where it must, and belongs
    into a thread. Of many callers between half a second and a second after the last look, one is sent to look; the
    others go on with what is known. Each success is counted in `uses`.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        *,
        uses: Uses,
        known: KnownSecrets | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine, self._clock, self._monotonic = engine, clock, monotonic
        self._uses = uses
        self._known = KnownSecrets() if known is None else known
        self._looking = threading.Lock()
        self._looked_at = self._claimed_at = float("-inf")
        self._rates: dict[int, Rate | None] = {}

    def authenticate(self, secret: str) -> Actor:
        """Return who acts by a secret, with what they may do.

        Raises `Unauthenticated`, and `DatabaseUnusable` where it cannot be known whether the key still counts.
        """
        digest = digest_of(secret)
        self._look()
        known = self._known.find(digest)
        if known is None and not self._known.is_unknown(digest):
            known = self._load(digest)
        return self._admit(known)

    def cached(self, secret: str) -> Actor | None:
        """Return who acts by a secret if that is known without a question to the database; None: call `authenticate`.

        Raises `Unauthenticated` where it is known that the secret counts for nothing.
        """
        digest = digest_of(secret)
        if not self._is_fresh():
            return None
        known = self._known.find(digest)
        if known is None and not self._known.is_unknown(digest):
            return None
        return self._admit(known)

    def rate_of(self, key_id: int) -> Rate | None:
        """Return the rate that is set for a key; None: the usual one."""
        return self._rates.get(key_id)

    def _admit(self, known: Known | None) -> Actor:
        now = self._clock.now()
        if known is None or (known.ends_at is not None and now >= known.ends_at):
            raise Unauthenticated(REFUSAL)
        self._uses.count(known.secret_id, now)
        return known.actor

    def _load(self, digest: bytes) -> Known | None:
        with read(self._engine) as tx:
            mark, known = queries.find_known(tx, digest)
        self._known.learn(mark, digest, known)
        if known is not None and known.actor.key_id is not None:
            self._rates[known.actor.key_id] = known.rate
        return known

    def _is_fresh(self) -> bool:
        now = self._monotonic()
        if now - self._looked_at < LOOK_EVERY_S:
            return True
        if now - self._looked_at >= STALE_AFTER_S or now - self._claimed_at >= _CLAIM_S:
            self._claimed_at = now
            return False
        return True

    def _look(self) -> None:
        """See whether anything was changed, unless somebody has just done so."""
        if self._monotonic() - self._looked_at < LOOK_EVERY_S:
            return
        with self._looking:
            began_at = self._monotonic()
            if began_at - self._looked_at < LOOK_EVERY_S:
                return
            with read(self._engine) as tx:
                mark = queries.read_mark(tx)
            self._known.adopt(mark)
            self._looked_at = began_at
