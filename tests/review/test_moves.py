"""A case moves only as the table says."""

import pytest

from safelight.errors import UsageError
from safelight.review.case import ENDED, WAITING, CaseState
from safelight.review.decision import SEATS
from safelight.review.moves import MOVES, Move, state_after


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("state", CaseState)
def test_what_is_not_in_the_table_cannot_happen(move, state) -> None:
    if state in MOVES[move]:
        assert state_after(move, state) is MOVES[move][state]
    else:
        with pytest.raises(UsageError, match="no way to"):
            state_after(move, state)


def test_nothing_joins_or_is_decided_in_a_case_that_has_ended_before_it_is_reopened() -> None:
    for state in ENDED:
        assert [move for move in Move if state in MOVES[move]] == [Move.REOPEN]


def test_a_case_waits_for_somebody_in_every_state_of_the_queue_and_in_no_other() -> None:
    assert SEATS.keys() == WAITING


def test_every_state_is_reached_and_left() -> None:
    reached = {after for table in MOVES.values() for before, after in table.items() if before is not after}
    left = {before for table in MOVES.values() for before, after in table.items() if before is not after}
    assert reached == left == set(CaseState)
