"""What moves a case forward: each function is one act within the caller's transaction."""

from datetime import datetime

from safelight.audit import log
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.errors import AlreadyExists, DatabaseUnusable, UsageError
from safelight.review import store
from safelight.review.case import About, Case, Joined, NewItem, check_case_id, check_reason
from safelight.review.queries import case_target, missing_case
from safelight.roles import Actor

_MOST_TRIES = 100


def open_or_join(tx: Tx, clock: Clock, actor: Actor, about: About) -> Joined:
    """Return the open case about this, opened now if there is none, and keep it open until the transaction ends.

    Of any number who ask at the same moment one opens it and all others join it. It locks the case: lock evidence after
    it, never before. Raises `ClockWrong`.
    """
    now = see(tx, clock)
    for _ in range(_MOST_TRIES):
        if (found := store.lock_open(tx, about)) is not None:
            return Joined(case_id=found, is_new=False)
        if (added := store.add_open(tx, about, now)) is not None:
            by = "subject" if about.subject_id else "media"
            log.write(tx, clock=clock, actor=actor, verb="open_case", target=case_target(added), details={"about": by})
            return Joined(case_id=added, is_new=True)
        # Somebody opened one at this moment, and perhaps closed it already.
    raise DatabaseUnusable(
        "A case about the same is opened and closed again and again. Nothing was done; try again later."
    )


def add_item(tx: Tx, clock: Clock, actor: Actor, case_id: int, new: NewItem) -> int:
    """Add an item to a case that this transaction has from `open_or_join`, and return its number."""
    item_id = store.add_item(tx, case_id, new, see(tx, clock))
    details: dict[str, int | str] = {"item": item_id, "kind": new.kind.value, "matches": len(new.matches)}
    if new.evidence_id is not None:
        details["evidence"] = new.evidence_id
    log.write(tx, clock=clock, actor=actor, verb="add_case_item", target=case_target(case_id), details=details)
    return item_id


def close_case(tx: Tx, clock: Clock, actor: Actor, case_id: int, *, reason: str) -> Case:
    """Close an open case and return it as it is then.

    Raises `InvalidValue` without a reason, `NotFound`, `UsageError` where it is closed already, `ClockWrong`.
    """
    case, now = _locked(tx, clock, case_id, reason)
    if not case.is_open:
        raise UsageError(f"Case {case_id} was closed on {case.closed_at:%Y-%m-%d}. Nothing was changed.")
    store.close(tx, case_id, now)
    details = {"items": case.item_count}
    target = case_target(case_id)
    log.write(tx, clock=clock, actor=actor, verb="close_case", target=target, reason=reason, details=details)
    return _as_it_is(tx, case_id)


def reopen_case(tx: Tx, clock: Clock, actor: Actor, case_id: int, *, reason: str) -> Case:
    """Open a closed case again and return it as it is then.

    Raises `InvalidValue` without a reason, `NotFound`, `AlreadyExists` where another case about the same is open,
    `UsageError` where it is open already or its facts were erased, `ClockWrong`.
    """
    case, now = _locked(tx, clock, case_id, reason)
    if case.is_open:
        raise UsageError(f"Case {case_id} is open. Nothing was changed.")
    if case.about.is_erased:
        raise UsageError(
            f"What case {case_id} was about was erased, for its time was over. It cannot be reopened. Nothing was "
            "changed."
        )
    if not store.reopen(tx, case_id, now):
        raise AlreadyExists(
            f"Another case about the same is open, so that case {case_id} stays closed. Go on in the open one, or "
            "close that first. `safelight case list --state open` shows it."
        )
    log.write(tx, clock=clock, actor=actor, verb="reopen_case", target=case_target(case_id), reason=reason)
    return _as_it_is(tx, case_id)


def erase_closed_cases(tx: Tx, clock: Clock, actor: Actor, *, before: datetime) -> int:
    """Erase what cases that were closed before a moment are about, and return how many those are.

    Numbers, times, counts and the entries that matched stay.
    """
    count = store.erase_closed(tx, before)
    if count:
        details = {"cases": count}
        log.write(tx, clock=clock, actor=actor, verb="erase_closed_cases", target="case:all", details=details)
    return count


def _locked(tx: Tx, clock: Clock, case_id: int, reason: str) -> tuple[Case, datetime]:
    check_case_id(case_id)
    check_reason(reason)
    now = see(tx, clock)
    case = store.lock(tx, case_id)
    if case is None:
        raise missing_case(case_id)
    return case, now


def _as_it_is(tx: Tx, case_id: int) -> Case:
    case = store.find(tx, case_id)
    if case is None:  # pragma: no cover - it is locked
        raise missing_case(case_id)
    return case
