"""Settling: asking the authority what became of what was opened, by retracting it, before anything else is opened."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from safelight.database.transaction import Tx, read
from safelight.flow.reporting.calls import Calls, Later, Parked
from safelight.reporting import queries, steps
from safelight.reporting.attempt import UNSETTLED, Attempt, AttemptState
from safelight.reporting.call import CallKind
from safelight.reporting.destinations.interface import Answer, Done, Meaning, Refused

NoteFiled = Callable[[steps.Told, Answer[Any], int, str], None]
"""Writes down that an attempt turned out to be finished: the call, its answer, the attempt and the authority's name."""

_SETTLING = {Meaning.UNKNOWN_REPORT: AttemptState.GONE, Meaning.RETRACTED: AttemptState.RETRACTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """Settles what is not settled of one report."""

    calls: Calls
    note_filed: NoteFiled

    def settle_all(self) -> bool:
        """Settle what is not; say whether that filed the report.

        Raises `Later` where the authority does not say, and `Parked` where it never will as things stand.
        """
        report, to = self.calls.report, self.calls.to
        with read(self.calls.run.engine) as tx:
            left = [each for each in queries.attempts_of(tx, report.id) if each.state in UNSETTLED]
        left.sort(key=lambda attempt: attempt.state is AttemptState.FINISHING)  # with it the job may end
        if to.is_test is not report.is_test and any(each.authority_id for each in left):
            # To ask there would tell nothing: that it is not known there does not say that it is not filed.
            raise Later("what was opened of it lies at another kind of host. Set its destination up as it was.")
        return any(self._settle(attempt) for attempt in left)

    def _settle(self, attempt: Attempt) -> bool:
        calls = self.calls
        if not attempt.authority_id:
            with calls.run.step() as tx:
                self._close(tx, attempt.id, AttemptState.LOST)
            return False
        with calls.run.step() as tx:
            told = calls.intend(tx, attempt.id, CallKind.RETRACT)
        answer = calls.ask(lambda: calls.to.retract(attempt.authority_id))
        calls.opened = "" if attempt.authority_id == calls.opened else calls.opened
        if isinstance(answer, Refused) and answer.meaning is Meaning.FINISHED:
            self.note_filed(told, answer, attempt.id, attempt.authority_id)
            return True
        became = _became(answer)
        with calls.run.step() as tx:
            calls.note(tx, told, answer)
            if became is not None:
                self._close(tx, attempt.id, became)
        if isinstance(answer, Refused) and answer.meaning is Meaning.FAULTY:
            raise Parked(f"the authority will not say what became of what was opened of it: {answer.sentence}")
        if became is None:
            raise Later(f"the authority does not say what became of it: {_sentence(answer)}")
        return False

    def _close(self, tx: Tx, attempt_id: int, state: AttemptState) -> None:
        steps.close_attempt(tx, self.calls.clerk, self.calls.report.id, attempt_id, state)


def _became(answer: Answer[None]) -> AttemptState | None:
    """Say what an attempt became that was to be retracted; None where the authority does not say."""
    if isinstance(answer, Done):
        return AttemptState.RETRACTED
    return _SETTLING.get(answer.meaning) if isinstance(answer, Refused) else None


def _sentence(answer: Answer[None]) -> str:
    return "" if isinstance(answer, Done) else answer.sentence
