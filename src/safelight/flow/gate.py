"""The gate: what every request of a service passes. Who asks, how often, and does it look like probing."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from safelight.access import steps
from safelight.access.authenticator import Authenticator
from safelight.access.probing import Alarm, ProbingWatch
from safelight.access.rate import Rate
from safelight.access.rate_limits import RateLimits
from safelight.access.told_distances import DistanceLog, ToldDistances
from safelight.access.uses import Uses
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.roles import Actor, ActorKind

Tell = Callable[[str], None]

WATCH = Actor(kind=ActorKind.SERVICE, name="look-up watch")
"""Who writes alarms about look-ups into the audit log."""

_EVERY_S = 5.0


class Gate:
    """Lets requests in, and writes down every few seconds, in a thread of its own, how keys were used.

    `cached`, `charge`, `note_distances` and `note_lookups` never ask the database: an event loop may call them, the
    last one for a few values at a time (each takes some 4 microseconds). `authenticate` does, once in half a second and
    for secrets that it has not seen: call it in a thread. What is written down is uses, distances that were told, and
    alarms; a kill loses at most the last few seconds of uses, and the last minute of distances. `tell` is told alarms,
    and failures to write, in sentences.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        *,
        usual: Rate,
        probing_limit: int,
        tell: Tell,
        every_s: float = _EVERY_S,
    ) -> None:
        self._engine, self._clock = engine, clock
        self._tell, self._every_s = tell, every_s
        self._uses = Uses()
        self._authenticator = Authenticator(engine, clock, uses=self._uses)
        self._limits = RateLimits(usual, rate_of=self._authenticator.rate_of)
        self._probing = ProbingWatch(limit=probing_limit)
        self._alarms: deque[Alarm] = deque()
        self._distances = DistanceLog()
        self._handing = threading.Lock()
        self._is_failing = self._is_closed = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._keep_handing_over, name="gate", daemon=True)
        self._thread.start()

    def authenticate(self, secret: str) -> Actor:
        """Return who acts by a secret. Raises `Unauthenticated`, `DatabaseUnusable`."""
        return self._authenticator.authenticate(secret)

    def cached(self, secret: str) -> Actor | None:
        """Return who acts by a secret, None where only `authenticate` can tell. Raises `Unauthenticated`."""
        return self._authenticator.cached(secret)

    def charge(self, actor: Actor, cost: int = 1) -> None:
        """Count a request against the actor's rate. Raises `RateLimited`, with the seconds to wait."""
        self._limits.take(actor, cost)

    def note_lookups(self, actor: Actor, values: Iterable[bytes]) -> None:
        """Take note of the PDQ values that somebody looked up: whether they look like probing. None of them is kept."""
        alarm = self._probing.note(actor, values)
        if alarm is not None:
            self._alarms.append(alarm)
            self._wake.set()

    def note_distances(self, actor: Actor, count: int) -> None:
        """Take note of how many distances somebody is told. They stand in the audit log within a minute or so."""
        self._distances.note(actor, count)

    def hand_over(self) -> bool:
        """Write down now what waits to be; return whether nothing waits any more. No failure ends a request."""
        with self._handing:
            uses, distances = self._uses.take(), self._distances.take(everything=self._is_closed)
            try:
                self._write_uses(uses)
                uses = {}
                self._write_distances(distances)
                distances = []
                while self._alarms:
                    self._raise(self._alarms[0])
                    self._alarms.popleft()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told, and tried again
                self._uses.put_back(uses)
                self._distances.put_back(distances)
                self._tell_failure(error)
                return False
            self._is_failing = False
            return True

    def close(self) -> None:
        """Write down what is left and stop."""
        self._is_closed = True
        self._wake.set()
        self._thread.join()
        self.hand_over()

    def _write_uses(self, uses: dict[int, tuple[int, datetime]]) -> None:
        if uses:
            with write(self._engine) as tx:
                steps.record_uses(tx, uses)

    def _write_distances(self, distances: Sequence[ToldDistances]) -> None:
        if distances:
            with write(self._engine) as tx:
                for each in distances:
                    steps.record_distances(tx, self._clock, each.actor, each.count)

    def _raise(self, alarm: Alarm) -> None:
        with write(self._engine) as tx:
            if alarm.key_id is None:
                steps.alarm_of_other(tx, self._clock, WATCH, alarm.actor_name, lookups=alarm.lookups)
                is_new = True
            else:
                is_new = steps.alarm_of_key(tx, self._clock, WATCH, alarm.key_id, lookups=alarm.lookups)
        if is_new:
            self._say(tell_alarm(alarm))

    def _keep_handing_over(self) -> None:
        while not self._is_closed:
            self._wake.wait(self._every_s)
            self._wake.clear()
            if not self._is_closed:
                self.hand_over()

    def _say(self, text: str) -> None:
        with suppress(Exception):  # whoever is told may be gone; what is written down stays so
            self._tell(text)

    def _tell_failure(self, error: Exception) -> None:
        if not self._is_failing:
            self._is_failing = True
            self._say(
                f"The use of API keys could not be written down ({type(error).__name__}). Nothing is refused for it; "
                "it is tried again. See that the database can be written."
            )


def tell_alarm(alarm: Alarm) -> str:
    """Say what was noticed, what it may mean and what to do."""
    who = alarm.actor_name if alarm.key_id is None else f"The API key {alarm.actor_name} (number {alarm.key_id})"
    show = "" if alarm.key_id is None else f" `safelight api-key show {alarm.key_id}` shows it."
    return (
        f"{who} looked up many pictures that are nearly the same, among {alarm.lookups} in this hour. Somebody may be "
        f"trying how far a picture must be altered until it no longer matches. Ask who uses the key.{show}"
    )
