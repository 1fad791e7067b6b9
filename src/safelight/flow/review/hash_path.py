"""The hash-confirmed path: what may go to a report though nobody looked, and what switches that off."""

from collections.abc import Collection, Sequence

from safelight.banks import queries as banks
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.flow.review.desk import ReviewDesk
from safelight.flow.review.following import settle_case
from safelight.matching.match import Match
from safelight.notices.event import EventKind
from safelight.notices.steps import tell_event
from safelight.review import steps
from safelight.review.case import CaseState
from safelight.review.claim import require_person
from safelight.review.rules import ReviewRules
from safelight.roles import Permission

_FLOOD = "The flood guard put an entry of a verified bank into quarantine."


def try_path(tx: Tx, clock: Clock, rules: ReviewRules, *, case_id: int, item_id: int, matches: Sequence[Match]) -> bool:
    """Confirm something by its hash alone where the operator's rules and `steps.take_path` allow it; whether it was.

    A case in which nothing else is left to be decided on waits for its report then. When the cap is reached, the path
    goes off and a person is called.
    """
    if not rules.is_path_on:
        return False
    case, went_off = steps.take_path(
        tx, clock, rules, case_id=case_id, item_id=item_id, matches=matches, verified=banks.verified_names(tx)
    )
    if went_off:
        _call_somebody(tx, clock)
    if case is not None and case.state is CaseState.DECIDED:
        settle_case(tx, clock, steps.HASH_PATH, case, appeal_days=0)  # something is confirmed: nothing is closed
    return case is not None


def guard_path(tx: Tx, clock: Clock, tripped: Collection[int]) -> None:
    """Switch the path off and call somebody where an entry of a verified bank went into quarantine."""
    if (
        tripped
        and banks.verified_entries(tx, tripped)
        and steps.switch_path_off(tx, clock, steps.HASH_PATH, why=_FLOOD)
    ):
        _call_somebody(tx, clock)


def switch_path_on(desk: ReviewDesk, *, reason: str) -> None:
    """Let the path be taken again, as far as the setting allows.

    Raises `NotAllowed` without `case:lead` and for a program, `InvalidValue` without a reason, `UsageError` where
    nothing switched it off.
    """
    with desk.acting(Permission.CASE_LEAD) as (tx, actor):
        require_person(actor)
        steps.switch_path_on(tx, desk.clock, actor, reason=reason)


def _call_somebody(tx: Tx, clock: Clock) -> None:
    tell_event(tx, clock, EventKind.HASH_PATH_OFF, {"path_id": 1})
