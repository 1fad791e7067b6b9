"""Answering a request once: a repeat gets the first one's answer, a twin in flight waits for it."""

import threading
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import timedelta

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.errors import DatabaseUnusable, RequestInFlight
from safelight.flow.scans.answer import ScanAnswer, answer_again
from safelight.flow.scans.renewing import Renewing
from safelight.intake import requests
from safelight.intake.media import Digests, Origin, Subject
from safelight.intake.reference import Reference
from safelight.intake.request import (
    Claim,
    ClaimLost,
    IdempotencyKey,
    Request,
    RequestDigests,
    check_key,
    digest_request,
)
from safelight.keys.interface import KeyService
from safelight.keys.recovery import require_exported
from safelight.vault.content_digest import digest_secret

LEASE = timedelta(seconds=6)
"""How long a request is left to whoever fell silent. Who loses it to a twin though alive loses time, and nothing else.

Who lives renews it (`safelight.flow.scans.renewing`): so after a death, whoever sends its requests again gets an answer
within one wait.
"""

WAIT_S = 20.0
"""How long a twin waits for the first one's answer."""

KEPT = timedelta(days=1)
"""How long a repeat gets the first one's answer, unless it is set."""

_LOOK_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """Lets a request be answered once, of any number of processes that get it. Each wait holds a thread."""

    engine: Engine
    clock: Clock
    lease: timedelta = LEASE
    wait_s: float = WAIT_S
    kept: timedelta = KEPT
    renewing: Renewing | None = None

    def answer(self, digests: RequestDigests, do: Callable[[Claim], ScanAnswer]) -> ScanAnswer:
        """Return what `do` answers, or what was answered before.

        `do` writes the answer down with `intake.requests.answer` in the transaction of all that follows from it; where
        that finds that another took the request over, all of it is undone, and the other's answer is waited for.
        Raises `IdempotencyConflict`, `RequestInFlight` where a twin takes longer than this waits, and what `do` raises;
        then the next who asks begins anew.
        """
        give_up_at = time.monotonic() + self.wait_s
        while True:
            found = requests.claim(self.engine, self.clock, digests, lease=self.lease, kept=self.kept)
            if isinstance(found, Claim):
                answered = self._try(found, do)
                if answered is not None:
                    return answered
            elif found.is_answered:
                return answer_again(found)
            else:
                self._wait(digests, found, give_up_at)

    def _try(self, claim: Claim, do: Callable[[Claim], ScanAnswer]) -> ScanAnswer | None:
        """Return the answer; None where another has taken the request over."""
        try:
            with self.renewing.holding(claim) if self.renewing else nullcontext():
                return do(claim)
        except ClaimLost:
            return None
        except Exception:
            with suppress(DatabaseUnusable):  # then its lease frees it; what went wrong first is what is told
                requests.release(self.engine, claim)
            raise

    def _wait(self, digests: RequestDigests, twin: Request, give_up_at: float) -> None:
        """Wait until a twin has its answer, gave up or fell silent. Raises `RequestInFlight`."""
        while time.monotonic() < give_up_at:
            time.sleep(_LOOK_S)
            with read(self.engine) as tx:
                found = requests.find_by_key(tx, digests.key)
            if found is None or found.is_answered or not found.is_in_flight(self.clock.now()):
                return
        raise RequestInFlight(
            f"The same request is being answered since {twin.started_at:%H:%M:%S} UTC. Nothing was done for this one. "
            "Send it again soon, under the same idempotency key."
        )


class RequestDigester:
    """Makes the keyed digests of requests. The secret is the vault's, opened once and then held in memory."""

    def __init__(self, engine: Engine, keys: KeyService, clock: Clock) -> None:
        self._engine, self._keys, self._clock = engine, keys, clock
        self._lock = threading.Lock()
        self._secret = b""

    def digest(
        self,
        key: IdempotencyKey,
        media: Digests | Reference,
        origin: Origin,
        subject: Subject | None,
        *,
        bank_ids: frozenset[int] | None = None,
    ) -> RequestDigests:
        """Return the digests of a request. Raises `InvalidValue` for a key of the wrong form, and those of keys."""
        check_key(key)
        with self._lock:
            if not self._secret:
                require_exported(self._keys)
                self._secret = digest_secret(self._engine, self._keys, self._clock)
            return digest_request(self._secret, key, media, origin, subject, bank_ids=bank_ids)
