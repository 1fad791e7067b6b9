"""Moves: how a case goes from one state to another. What is not in the table cannot happen."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from safelight.errors import UsageError
from safelight.review.case import WAITING, CaseState


class Move(StrEnum):
    """What happens to a case."""

    CLAIM = "claim"
    """Somebody reserves it, renews that, or gives it back. It waits as before: a claim ends by time, and nobody writes
    that down."""
    READ = "read"
    """Somebody decides on a part of what is to be decided."""
    ADD = "add"
    """Something more comes to belong to it."""
    AWAIT_SECOND = "await_second"
    """All was decided on once, and by the policy another person decides too."""
    ESCALATE = "escalate"
    """A reader is unsure, or two disagree: a lead decides."""
    SETTLE = "settle"
    """All is decided for good."""
    RETURN = "return"
    """What was decided is settled, and something came meanwhile that nobody has decided on."""
    REPORT = "report"
    """An authority has its report."""
    CLOSE = "close"
    """It ends without a report."""
    REOPEN = "reopen"
    """An appeal, a correction, or a finding that it stood on and that does not hold any more."""


_OPEN, _REOPENED = CaseState.OPEN, CaseState.REOPENED
_SECOND, _LEAD, _DECIDED = CaseState.SECOND_DUE, CaseState.LEAD_DUE, CaseState.DECIDED


def _staying(states: frozenset[CaseState]) -> dict[CaseState, CaseState]:
    return {state: state for state in states}


MOVES: Mapping[Move, Mapping[CaseState, CaseState]] = MappingProxyType(
    {
        Move.CLAIM: _staying(WAITING),
        Move.READ: _staying(WAITING),
        Move.ADD: {**_staying(WAITING), _DECIDED: _REOPENED},
        Move.AWAIT_SECOND: dict.fromkeys((_OPEN, _REOPENED), _SECOND),
        Move.ESCALATE: dict.fromkeys((_OPEN, _REOPENED, _SECOND), _LEAD),
        Move.SETTLE: dict.fromkeys(WAITING, _DECIDED),
        Move.RETURN: {_DECIDED: _OPEN},
        Move.REPORT: {_DECIDED: CaseState.REPORTED},
        Move.CLOSE: dict.fromkeys((*WAITING, _DECIDED), CaseState.CLOSED),
        Move.REOPEN: dict.fromkeys((_DECIDED, CaseState.REPORTED, CaseState.CLOSED), _REOPENED),
    }
)
"""From which states each move is allowed, and where it leads."""


def state_after(move: Move, state: CaseState) -> CaseState:
    """Return the state that a move leads to. Raises `UsageError` where it is not allowed."""
    found = MOVES[move].get(state)
    if found is None:
        allowed = ", ".join(sorted(MOVES[move]))
        raise UsageError(
            f"The case is {state.value}, and there is no way to {move.value} it. Nothing was changed. That can be done "
            f"to a case that is: {allowed}."
        )
    return found
