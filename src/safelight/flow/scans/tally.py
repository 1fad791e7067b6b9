"""The tally of scans: how many media had which result, counted apart from the scan and never in its way."""

from collections.abc import Mapping

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.flow.counting import Counting, Tell
from safelight.flow.scans.answer import ScanAnswer
from safelight.intake.counted import Counted
from safelight.intake.counting import count_media

_EVERY_S = 2.0

_Result = tuple[str, str, str]


class ScanTally:
    """Adds results up in memory, and writes them down every few seconds in a thread of its own.

    A process that is killed loses what it counted since: a transaction for each scan that matched nothing would cost
    more than the scan. No case, evidence or held media depends on it. `tell` is told when writing fails and not again
    before it went well; no failure reaches the scan, and what could not be written is tried again.
    """

    def __init__(self, engine: Engine, clock: Clock, *, tell: Tell, every_s: float = _EVERY_S) -> None:
        self._engine, self._clock = engine, clock
        self._counting = Counting[_Result](self._count, tell=tell, tell_failure=_tell_failure, every_s=every_s)

    def count(self, answer: ScanAnswer) -> None:
        """Take note of one answer. It returns at once."""
        outcome = answer.outcome
        self._counting.add([(outcome.verdict, outcome.fault, outcome.treatment)])

    def write_down(self) -> bool:
        """Write down what was counted; return whether nothing is left."""
        return self._counting.hand_over()

    def close(self) -> None:
        """Write down what is left and stop."""
        self._counting.close()

    def _count(self, batch: Mapping[_Result, int]) -> None:
        count_media(self._engine, self._clock, [_counted(result, media) for result, media in batch.items()])


def _tell_failure(why: str) -> str:
    return f"Results of scans could not be counted: {why} No result is lost by it; it is tried again."


def _counted(result: _Result, media: int) -> Counted:
    verdict, fault, treatment = result
    return Counted(verdict=verdict, fault=fault, treatment=treatment, media=media)
