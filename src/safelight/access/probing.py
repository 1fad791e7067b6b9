"""Probing: many look-ups of nearly the same picture by one key, as if somebody tried how far to alter it.

A platform looks up what its users send, which is hardly ever nearly the same hundred times an hour. Who tries how a
picture must be altered until it no longer matches, does just that. Nothing of a value is kept (see `sketch`), nothing
is logged, nobody is locked out: a person is told, and looks.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from safelight.access.sketch import Sketch
from safelight.roles import Actor

WINDOW_S = 3600.0
MOST_WATCHED = 64
"""So many keys are watched at a time: those that looked up last. It takes up to 1.5 MiB each."""

_SHARE = 0.5
"""Of near-identical values so many fall into one cell, at some 8 bits from their middle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """The look-ups of one key look like probing; `lookups` is how many distinct ones it did in this hour."""

    key_id: int | None
    actor_name: str
    lookups: int


class _Watched:
    def __init__(self, began_at: float) -> None:
        self.began_at = began_at
        self.lock = threading.Lock()
        self.sketch = Sketch()
        self.is_alarmed = False


class ProbingWatch:
    """Watches look-ups by key, an hour at a time from each key's first one."""

    def __init__(
        self,
        *,
        limit: int,
        most_watched: int = MOST_WATCHED,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit, self._most_watched, self._monotonic = limit, most_watched, monotonic
        self._lock = threading.Lock()
        self._watched: OrderedDict[object, _Watched] = OrderedDict()

    def note(self, actor: Actor, values: Iterable[bytes]) -> Alarm | None:
        """Take note of PDQ values that were looked up; return an alarm, once for each key and hour.

        It takes a few microseconds a value. Raises `InvalidValue` for a value that is not of 32 bytes.
        """
        with self._lock:
            watched = self._of(actor)
        for value in values:
            with watched.lock:  # for one value only: a batch of thousands holds up nobody else
                if watched.is_alarmed:
                    return None
                if watched.sketch.add(value) >= self._needed(watched.sketch):
                    watched.is_alarmed = True
                    return Alarm(key_id=actor.key_id, actor_name=actor.name, lookups=watched.sketch.count)
        return None

    def _needed(self, sketch: Sketch) -> float:
        """Return at what count in a cell there is an alarm: clearly more than chance puts there at this traffic."""
        return self._limit * _SHARE + sketch.usual + 6 * math.sqrt(sketch.usual)

    def _of(self, actor: Actor) -> _Watched:
        name: object = (actor.kind, actor.name) if actor.key_id is None else actor.key_id
        now = self._monotonic()
        watched = self._watched.get(name)
        if watched is None or now - watched.began_at >= WINDOW_S:
            watched = self._watched[name] = _Watched(now)
        self._watched.move_to_end(name)
        while len(self._watched) > self._most_watched:
            self._watched.popitem(last=False)
        return watched

    def __len__(self) -> int:
        """How many keys are watched."""
        return len(self._watched)
