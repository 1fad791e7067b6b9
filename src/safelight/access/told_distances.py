"""Distances that were told: how many, and to whom, gathered so that look-ups need not wait for a record of each."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from safelight.roles import Actor

GATHERED_S = 60.0
"""So long the distances that one key is told are gathered into one entry of the audit log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldDistances:
    """How many distances somebody was told since they were last written down."""

    actor: Actor
    count: int


class DistanceLog:
    """Counts the distances that each key is told. For any number of threads; `note` takes a microsecond."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._since: dict[object, float] = {}
        self._told: dict[object, ToldDistances] = {}

    def note(self, actor: Actor, count: int) -> None:
        """Take note of distances that somebody is told."""
        if count <= 0:
            return
        name = _name(actor)
        with self._lock:
            before = self._told.get(name)
            self._told[name] = ToldDistances(actor=actor, count=count + (before.count if before else 0))
            self._since.setdefault(name, self._monotonic())

    def take(self, *, everything: bool = False) -> list[ToldDistances]:
        """Take what was gathered for long enough, or everything, to be written down."""
        now = self._monotonic()
        with self._lock:
            names = [name for name, since in self._since.items() if everything or now - since >= GATHERED_S]
            for name in names:
                del self._since[name]
            return [self._told.pop(name) for name in names]

    def put_back(self, told: Iterable[ToldDistances]) -> None:
        """Take back what could not be written down."""
        for each in told:
            self.note(each.actor, each.count)


def _name(actor: Actor) -> object:
    return (actor.kind, actor.name) if actor.key_id is None else actor.key_id
