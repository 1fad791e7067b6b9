"""Renewing: whoever answers a request keeps its claim for as long as that takes, and loses it soon after a death."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.errors import SafelightError
from safelight.intake import requests
from safelight.intake.request import Claim

Tell = Callable[[str], None]

_BEATS = 3
"""So many times within a lease it is renewed."""


class Renewing:
    """Renews claims in a thread of its own. Answers that come within a beat, which are nearly all, cost nothing.

    A claim that cannot be renewed may be taken over by a twin: that costs a scan, and no two answers. `tell` is told
    when renewing fails, and not again before it went well.
    """

    def __init__(self, engine: Engine, clock: Clock, *, lease: timedelta, tell: Tell) -> None:
        self._engine, self._clock, self._lease, self._tell = engine, clock, lease, tell
        self._held: dict[Claim, bool] = {}  # whether a beat has passed since it was claimed
        self._lock = threading.Lock()
        self._is_failing = False
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._keep_beating, name="claims", daemon=True)
        self._thread.start()

    @contextmanager
    def holding(self, claim: Claim) -> Iterator[None]:
        """Keep a claim for the length of the block."""
        with self._lock:
            self._held[claim] = False
        try:
            yield
        finally:
            with self._lock:
                del self._held[claim]

    def beat(self) -> None:
        """Renew the claims that are held for a beat or longer."""
        with self._lock:
            due = [claim for claim, is_older in self._held.items() if is_older]
            self._held = dict.fromkeys(self._held, True)
        for claim in due:  # each by itself: together they could wait for each other's answers
            requests.renew(self._engine, self._clock, claim, lease=self._lease)

    def close(self) -> None:
        """Stop."""
        self._stopped.set()
        self._thread.join()

    def _keep_beating(self) -> None:
        while not self._stopped.wait(self._lease.total_seconds() / _BEATS):
            try:
                self.beat()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next beat may succeed
                self._tell_failure(error)
            else:
                self._is_failing = False

    def _tell_failure(self, error: Exception) -> None:
        if not self._is_failing:
            self._is_failing = True
            why = str(error) if isinstance(error, SafelightError) else f"{type(error).__name__}."
            with suppress(Exception):  # whoever is told may be gone
                self._tell(
                    f"Claims of requests could not be renewed: {why} Some may be scanned twice, none answered so."
                )
