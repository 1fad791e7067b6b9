"""The tally of scans: how many media had which result, counted apart from the scan and never in its way."""

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.errors import SafelightError
from safelight.flow.scans.answer import ScanAnswer
from safelight.intake.counted import Counted
from safelight.intake.counting import count_media

Tell = Callable[[str], None]

_EVERY_S = 2.0

_Result = tuple[str, str, str]


class ScanTally:
    """Adds results up in memory, and writes them down every few seconds in a thread of its own.

    A process that is killed loses what it counted since: a transaction for each scan that matched nothing would cost
    more than the scan. No case, evidence or held media depends on it. `tell` is told when writing fails and not again
    before it went well; no failure reaches the scan, and what could not be written is tried again.
    """

    def __init__(self, engine: Engine, clock: Clock, *, tell: Tell, every_s: float = _EVERY_S) -> None:
        self._engine, self._clock, self._tell, self._every_s = engine, clock, tell, every_s
        self._waiting: Counter[_Result] = Counter()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._is_failing = False
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def count(self, answer: ScanAnswer) -> None:
        """Take note of one answer. It returns at once."""
        outcome = answer.outcome
        with self._lock:
            self._waiting[outcome.verdict, outcome.fault, outcome.treatment] += 1
            if self._thread is None and not self._stopped.is_set():
                self._thread = threading.Thread(target=self._keep_writing, name="tally", daemon=True)
                self._thread.start()

    def write_down(self) -> bool:
        """Write down what was counted; return whether nothing is left."""
        with self._writing:
            with self._lock:
                batch, self._waiting = self._waiting, Counter()
            if not batch:
                return True
            try:
                count_media(self._engine, self._clock, [_counted(result, media) for result, media in batch.items()])
            except Exception as error:  # noqa: BLE001 - whatever it is, no count is lost and no scan ends by it
                with self._lock:
                    self._waiting.update(batch)
                self._tell_failure(error)
                return False
            self._is_failing = False
            return True

    def close(self) -> None:
        """Write down what is left and stop."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self.write_down()

    def _keep_writing(self) -> None:
        while not self._stopped.wait(self._every_s):
            self.write_down()

    def _tell_failure(self, error: Exception) -> None:
        if not self._is_failing:
            self._is_failing = True
            why = str(error) if isinstance(error, SafelightError) else f"{type(error).__name__}."
            with suppress(Exception):  # whoever is told may be gone
                self._tell(f"Results of scans could not be counted: {why} No result is lost by it; it is tried again.")


def _counted(result: _Result, media: int) -> Counted:
    verdict, fault, treatment = result
    return Counted(verdict=verdict, fault=fault, treatment=treatment, media=media)
