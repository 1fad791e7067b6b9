"""Calls: what is said to an authority about one report, each intent committed before it and each answer after it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from safelight.boundary import Reach
from safelight.database.transaction import Tx
from safelight.jobs.run import Run
from safelight.reporting import steps
from safelight.reporting.boundary import FilingBoundary
from safelight.reporting.call import CallKind, CallOutcome
from safelight.reporting.destinations.interface import Answer, Destination, Done, Meaning, Refused, Unanswered
from safelight.reporting.report import Report

_Value = TypeVar("_Value")
_SAID = {Done: CallOutcome.DONE, Refused: CallOutcome.REFUSED, Unanswered: CallOutcome.UNANSWERED}


class Later(Exception):
    """It cannot be done now, and may be at another time."""


class Parked(Later):
    """The authority will not say what became of it, and asking again tells nothing before a person saw to it."""


class Faulty(Exception):
    """It can never be done as it is: a person must see to it."""


@dataclass(slots=True, kw_only=True)
class Calls:
    """One run's calls. `opened` is the authority's name for what this run opened and has not finished."""

    run: Run
    report: Report
    to: Destination
    clerk: steps.Clerk
    reach: Reach
    opened: str = field(default="")

    def ask(self, call: Callable[[], Answer[_Value]]) -> Answer[_Value]:
        """Make a call: its intent is committed, and its answer is written down next."""
        self.reach(FilingBoundary.CALLING)
        answer = call()
        self.reach(FilingBoundary.CALLED)
        return answer

    def intend(self, tx: Tx, attempt_id: int, kind: CallKind, sent: bytes = b"", evidence_id: str = "") -> steps.Told:
        """Write down that a call is about to be made."""
        of = (self.report.id, attempt_id)
        return steps.intend_call(tx, self.clerk, of, kind, sent=sent, evidence_id=evidence_id)

    def note(self, tx: Tx, told: steps.Told, answer: Answer[Any]) -> None:
        """Write down what came of a call."""
        steps.note_answer(tx, self.clerk, told, _SAID[type(answer)], answer.exchange)


def value_of(answer: Answer[_Value]) -> _Value:
    """Return what a call brought. Raises `Faulty` where the authority will never do it, and else `Later`."""
    if isinstance(answer, Done):
        return answer.value
    if isinstance(answer, Refused) and answer.meaning is Meaning.FAULTY:
        raise Faulty(answer.sentence)
    raise Later(answer.sentence)
