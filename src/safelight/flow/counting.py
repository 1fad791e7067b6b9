"""Counting apart: what happens is added up in memory and handed over every few seconds, in nobody's way."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from itertools import islice
from typing import Generic, TypeVar

from safelight.errors import SafelightError
from safelight.matching.fault import name_fault

Tell = Callable[[str], None]
_Key = TypeVar("_Key")

_AT_ONCE = 1_000
"""Counts handed over at a time, so that no other writer waits for long."""


class Counting(Generic[_Key]):
    """Adds up, and hands over in a thread of its own, which starts with the first count. For any number of threads.

    `hand_over` writes counts down; what it raises is told once, as a sentence of `tell_failure` around the reason, and
    not again before it went well. No failure reaches whoever counts, and what could not be handed over is tried again.
    A process that is killed loses what it counted since.
    """

    def __init__(
        self,
        hand_over: Callable[[Mapping[_Key, int]], None],
        *,
        tell: Tell,
        tell_failure: Callable[[str], str],
        every_s: float,
    ) -> None:
        self._hand_over, self._every_s = hand_over, every_s
        self._tell, self._tell_failure = tell, tell_failure
        self._waiting: Counter[_Key] = Counter()
        self._lock = threading.Lock()
        self._handing = threading.Lock()
        self._is_failing = False
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, keys: Iterable[_Key]) -> None:
        """Count each of these once. It returns at once."""
        with self._lock:
            self._waiting.update(keys)
            if self._waiting and self._thread is None and not self._stopped.is_set():
                self._thread = threading.Thread(target=self._keep_handing_over, name="counting", daemon=True)
                self._thread.start()

    def hand_over(self) -> bool:
        """Hand over what waits, now; return whether nothing waits any more."""
        with self._handing:
            while batch := self._take():
                try:
                    self._hand_over(batch)
                except Exception as error:  # noqa: BLE001 - whatever it is, no count is lost and nothing ends by it
                    with self._lock:
                        self._waiting.update(batch)
                    self._fail(error)
                    return False
                self._is_failing = False
            return True

    def close(self) -> Mapping[_Key, int]:
        """Hand over what is left and stop; return what could not be handed over."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self.hand_over()
        return dict(self._waiting)

    def say(self, text: str) -> None:
        """Tell a sentence; counting goes on though whoever is told may be gone."""
        with suppress(Exception):
            self._tell(text)

    def _keep_handing_over(self) -> None:
        while not self._stopped.wait(self._every_s):
            self.hand_over()

    def _take(self) -> dict[_Key, int]:
        with self._lock:
            batch = dict(islice(self._waiting.items(), _AT_ONCE))
            for key in batch:
                del self._waiting[key]
        return batch

    def _fail(self, error: Exception) -> None:
        if not self._is_failing:
            self._is_failing = True
            why = str(error) if isinstance(error, SafelightError) else f"{name_fault(error)}."
            self.say(self._tell_failure(why))
