"""Writing down what a platform did."""

from safelight.audit import log
from safelight.audit.entry import Details
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.errors import UsageError
from safelight.intake.media import Answer
from safelight.outcomes.action import Action, NewAction, action_target, check_action
from safelight.outcomes.store import action_rows
from safelight.roles import Actor


def add_action(
    tx: Tx, clock: Clock, actor: Actor, new: NewAction, *, case_id: int | None, same_key: bytes
) -> tuple[int, bool]:
    """Write an action down, unless the same one is there; return its number, and whether it is new.

    The same is what was done at the same moment about the same. Where it was not known whether the user was told, and
    now is, that is added. Raises `InvalidValue`, and `UsageError` where it was told otherwise.
    """
    now = see(tx, clock)
    check_action(new, now)
    number = action_rows.add(tx, new, case_id=case_id, same_key=same_key, now=now)
    if number is None:
        return _told_again(tx, clock, actor, new, action_rows.lock_same(tx, same_key)), False
    details: Details = {"kind": new.kind.value, "told": new.user_told.value}
    if case_id is not None:
        details = {**details, "case": case_id}
    log.write(tx, clock=clock, actor=actor, verb="add_action", target=action_target(number), details=details)
    return number, True


def _told_again(tx: Tx, clock: Clock, actor: Actor, new: NewAction, old: Action) -> int:
    if new.user_told in {old.user_told, Answer.UNKNOWN}:
        return old.id
    if old.user_told is not Answer.UNKNOWN:
        raise UsageError(
            f"Action {old.id} is the same, and whether the user was told stands there otherwise. Nothing was changed. "
            "Where it was done again, say when that was."
        )
    action_rows.put_told(tx, old.id, new.user_told)
    details: Details = {"told": new.user_told.value}
    log.write(tx, clock=clock, actor=actor, verb="tell_action", target=action_target(old.id), details=details)
    return old.id
