"""What opens a case, adds to it, ends it and begins it anew: one function, one act in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from safelight.audit import log
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.errors import AlreadyExists, DatabaseUnusable, UsageError
from safelight.matching.match import MatchKind
from safelight.review.case import About, Case, CaseState, ItemKind, Joined, NewItem, check_case_id, check_reason
from safelight.review.decision import SEATS, Seat
from safelight.review.moves import Move, state_after
from safelight.review.queries import case_target, missing_case
from safelight.review.standing import Standing
from safelight.review.store import case_rows, decision_rows, queue_rows
from safelight.review.urgency import FLAG, Facts
from safelight.roles import Actor

_MOST_TRIES = 100
_MOST_SOURCES = 9


def open_or_join(tx: Tx, clock: Clock, actor: Actor, about: About) -> Joined:
    """Return the case about this that has not ended, opened now if there is none, and keep it so until the end.

    Of any number who ask at the same moment one opens it and all others join it. It locks the case: lock evidence after
    it, never before. Raises `ClockWrong`.
    """
    now = see(tx, clock)
    for _ in range(_MOST_TRIES):
        if (found := case_rows.lock_open(tx, about)) is not None:
            return Joined(case_id=found, is_new=False)
        if (added := case_rows.add_open(tx, about, now)) is not None:
            queue_rows.add(tx, added, Facts(since_at=now, repeats=_repeats(tx, about, added)), now)
            by = "subject" if about.subject_id else "media"
            log.write(tx, clock=clock, actor=actor, verb="open_case", target=case_target(added), details={"about": by})
            return Joined(case_id=added, is_new=True)
        # Somebody opened one at this moment, and perhaps closed it already.
    raise DatabaseUnusable(
        "A case about the same is opened and closed again and again. Nothing was done; try again later."
    )


def add_item(tx: Tx, clock: Clock, actor: Actor, case_id: int, new: NewItem, *, reason: str = "") -> int:
    """Add an item to a case that this transaction has from `open_or_join`, and return its number.

    A case that was decided waits again for what came.
    """
    now = see(tx, clock)
    case, standing = locked(tx, case_id)
    state = state_after(Move.ADD, case.state)
    item_id = case_rows.add_item(tx, case_id, new, now)
    facts = _with_item(standing.facts, new)
    queue_rows.put_facts(tx, case_id, facts, now, categories=standing.categories | new.categories)
    if state is not case.state:
        put_state(tx, case, standing, state, now, wave=standing.wave + 1)
    details: dict[str, int | str] = {"item": item_id, "kind": new.kind.value, "matches": len(new.matches)}
    if new.evidence_id is not None:
        details["evidence"] = new.evidence_id
    target = case_target(case_id)
    log.write(tx, clock=clock, actor=actor, verb="add_case_item", target=target, reason=reason, details=details)
    return item_id


def close_case(tx: Tx, clock: Clock, actor: Actor, case_id: int, *, reason: str) -> Case:
    """Close a case without a report and return it as it is then. Whether it may be, `flow` has seen to.

    Raises `InvalidValue` without a reason, `NotFound`, `UsageError` where it has ended already, `ClockWrong`.
    """
    case, standing, now = _asked(tx, clock, case_id, reason)
    if not case.is_open:
        raise UsageError(f"Case {case_id} was {case.state} on {case.closed_at:%Y-%m-%d}. Nothing was changed.")
    put_state(tx, case, standing, state_after(Move.CLOSE, case.state), now)
    details = {"items": case.item_count}
    target = case_target(case_id)
    log.write(tx, clock=clock, actor=actor, verb="close_case", target=target, reason=reason, details=details)
    return _as_it_is(tx, case_id)


def mark_reported(tx: Tx, clock: Clock, actor: Actor, case_id: int, *, report: str) -> Case:
    """Note that an authority has its report, and return the case. `report` is its number, for the audit log.

    Raises `NotFound`, `UsageError` where it waits for no report, `ClockWrong`.
    """
    now = see(tx, clock)
    case, standing = locked(tx, case_id)
    put_state(tx, case, standing, state_after(Move.REPORT, case.state), now)
    target = case_target(case_id)
    log.write(tx, clock=clock, actor=actor, verb="mark_case_reported", target=target, details={"report": report})
    return _as_it_is(tx, case_id)


def reopen_case(tx: Tx, clock: Clock, actor: Actor, case_id: int, *, reason: str) -> Case:
    """Begin a case anew that was decided or has ended, and return it. No decision on it holds then; all of them stay.

    Raises `InvalidValue` without a reason, `NotFound`, `AlreadyExists` where another case about the same is open,
    `UsageError` where it waits already or its facts were erased, `ClockWrong`.
    """
    case, standing, now = _asked(tx, clock, case_id, reason)
    state = state_after(Move.REOPEN, case.state)
    if case.about.is_erased:
        raise UsageError(
            f"What case {case_id} was about was erased, for its time was over. It cannot be reopened. Nothing was "
            "changed."
        )
    put_state(tx, case, standing, state, now, wave=standing.wave + 1)
    decision_rows.unsettle(tx, case_id, now)
    facts = replace(standing.facts, since_at=now, is_imminent=False, repeats=_repeats(tx, case.about, case_id))
    queue_rows.put_facts(tx, case_id, facts, now)
    log.write(tx, clock=clock, actor=actor, verb="reopen_case", target=case_target(case_id), reason=reason)
    return _as_it_is(tx, case_id)


def erase_closed_cases(tx: Tx, clock: Clock, actor: Actor, *, before: datetime) -> int:
    """Erase what cases that ended before a moment are about, and return how many those are.

    Gone is what people wrote and who decided. Numbers, times, counts, findings and the entries that matched stay.
    """
    count = case_rows.erase_closed(tx, before)
    if count:
        details = {"cases": count}
        log.write(tx, clock=clock, actor=actor, verb="erase_closed_cases", target="case:all", details=details)
    return count


def locked(tx: Tx, case_id: int) -> tuple[Case, Standing]:
    """Return a case and where it stands, both locked until the transaction ends. Raises `NotFound`, `InvalidValue`."""
    check_case_id(case_id)
    case = case_rows.lock(tx, case_id)
    standing = queue_rows.lock(tx, case_id) if case is not None else None
    if case is None or standing is None:
        raise missing_case(case_id)
    return case, standing


def put_state(
    tx: Tx, case: Case, standing: Standing, state: CaseState, now: datetime, *, wave: int | None = None
) -> None:
    """Let a case that is locked be in a state, and wait for whom that says; who had claimed it has it no more.

    Raises `AlreadyExists` where another one about the same has not ended.
    """
    if not case_rows.move(tx, case.id, state, now):
        raise AlreadyExists(
            f"Another case about the same is open, so that case {case.id} stays {case.state}. Go on in the open one, "
            "or close that first. `safelight case list` shows it."
        )
    seat: Seat | None = SEATS.get(state)
    queue_rows.put_seat(tx, case.id, seat, standing.wave if wave is None else wave)


def _with_item(facts: Facts, new: NewItem) -> Facts:
    near = [match for match in new.matches if match.kind is MatchKind.NEAR]
    nearness = max((100 * (each.threshold - each.distance) // max(each.threshold, 1) for each in near), default=0)
    names = {FLAG} if new.kind is ItemKind.FLAG else {match.bank_name for match in new.matches}
    sources = (
        facts.sources
        if len(facts.sources) >= _MOST_SOURCES
        else frozenset(sorted(facts.sources | names)[:_MOST_SOURCES])
    )
    is_exact = facts.is_exact or new.kind is ItemKind.EXACT
    return replace(facts, is_exact=is_exact, nearness=max(facts.nearness, nearness), sources=sources)


def _repeats(tx: Tx, about: About, case_id: int) -> int:
    return queue_rows.count_confirmed(tx, about.subject_id, other_than=case_id) if about.subject_id else 0


def _asked(tx: Tx, clock: Clock, case_id: int, reason: str) -> tuple[Case, Standing, datetime]:
    check_case_id(case_id)
    check_reason(reason)
    now = see(tx, clock)
    return *locked(tx, case_id), now


def _as_it_is(tx: Tx, case_id: int) -> Case:
    case = case_rows.find(tx, case_id)
    if case is None:  # pragma: no cover - it is locked
        raise missing_case(case_id)
    return case


def lock_cases(tx: Tx, case_ids: Sequence[int]) -> None:
    """Lock cases until the transaction ends, in the order of their numbers: who locks several does so first."""
    case_rows.lock_many(tx, case_ids)
