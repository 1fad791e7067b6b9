"""Remembering what two people found, and forgetting what turned out otherwise."""

from collections.abc import Sequence
from datetime import datetime

from safelight.audit import log
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.errors import UsageError
from safelight.review.case import CaseState, Item
from safelight.review.decision import Decision, Ruling
from safelight.review.memory import Memory, may_be_remembered
from safelight.review.moves import Move, state_after
from safelight.review.queries import case_target
from safelight.review.rules import ReviewRules
from safelight.review.settlement import Settled
from safelight.review.steps.cases import locked, reopen_case
from safelight.review.store import case_rows, decision_rows, memory_rows
from safelight.roles import Actor

_REOPENED = "The same bytes were found to be something else in another case."


def remember(
    tx: Tx, clock: Clock, actor: Actor, case_id: int, settled: Sequence[Settled], *, rules: ReviewRules
) -> list[int]:
    """Remember what two people found, and return the verdicts that what holds now overturns.

    A verdict is overturned by anything that holds now and says otherwise, whoever found it. The cases that used it are
    to be reopened: `reopen_for`.
    """
    now = see(tx, clock)
    items = {item.id: item for item in case_rows.find_items(tx, [each.item_id for each in settled])}
    read = decision_rows.of_case(tx, case_id)
    overturned: list[int] = []
    for each in settled:
        item = items[each.item_id]
        if item.media_key:
            overturned += _overturn(tx, clock, actor, item, each.decision)
            if rules.memory_lasts and may_be_remembered(each, [one for one in read if item.id in one.item_ids]):
                _remember(tx, item, each, rules, now)
    return overturned


def ruling_of(tx: Tx, clock: Clock, case_id: int, item_ids: Sequence[int], reasons: str) -> tuple[int, Ruling]:
    """Return the verdict that is remembered of items, and as a ruling to be decided by. A person still decides.

    Raises `UsageError` where nothing is remembered of one of them, or not the same of all.
    """
    now = see(tx, clock)
    items = [item for item in case_rows.find_items(tx, item_ids) if item.case_id == case_id]
    found = memory_rows.live(tx, [item.media_key for item in items if item.media_key], now)
    known = {found[item.media_key] for item in items if item.media_key in found}
    earlier = decision_rows.find(tx, [each.decision_id for each in known])
    if not items or any(item.media_key not in found for item in items) or not _agree(list(earlier.values())):
        raise UsageError(
            "There is no one remembered verdict on all of this: it was never found by two people, it has expired, or "
            "it was found otherwise since. Nothing was changed. Look at it, and decide."
        )
    memory: Memory = max(known, key=lambda each: each.id)
    decision = earlier[memory.decision_id]
    return memory.id, Ruling(
        finding=decision.finding,
        reasons=reasons,
        classification=decision.classification,
        annotations=decision.annotations,
        incident_type=decision.incident_type,
    )


def find_users(tx: Tx, memory_id: int) -> list[int]:
    """Return the cases with a decision that holds and was taken over from a remembered verdict."""
    return decision_rows.cases_by_memory(tx, [memory_id])


def reopen_for(tx: Tx, clock: Clock, actor: Actor, memory_id: int, case_id: int) -> bool:
    """Reopen a case that used an overturned verdict; False where it waits again already, or was erased."""
    case, _ = locked(tx, case_id)
    if case_id not in find_users(tx, memory_id) or case.about.is_erased:
        return False
    if case.state not in {CaseState.DECIDED, CaseState.REPORTED, CaseState.CLOSED}:
        # It waits for something else: what was taken over does not hold for it any more either.
        decision_rows.unsettle(tx, case_id, see(tx, clock))
        log.write(tx, clock=clock, actor=actor, verb="unsettle_case", target=case_target(case_id), reason=_REOPENED)
        return True
    state_after(Move.REOPEN, case.state)
    reopen_case(tx, clock, actor, case_id, reason=_REOPENED)
    return True


def forget_expired(tx: Tx, clock: Clock) -> int:
    """Remove verdicts that expired and that nothing was taken over from; return how many."""
    return memory_rows.forget(tx, clock.now())


def _agree(earlier: Sequence[Decision]) -> bool:
    return bool(earlier) and all(each.agrees_with(earlier[0]) for each in earlier)


def _overturn(tx: Tx, clock: Clock, actor: Actor, item: Item, holds: Decision) -> list[int]:
    known = memory_rows.every_of(tx, item.media_key)
    earlier = decision_rows.find(tx, [each.decision_id for each in known])
    wrong = [each.id for each in known if not earlier[each.decision_id].agrees_with(holds)]
    if wrong:
        memory_rows.overturn(tx, wrong, clock.now())
        for memory_id in wrong:
            log.write(
                tx,
                clock=clock,
                actor=actor,
                verb="overturn_verdict",
                target=f"verdict:{memory_id}",
                details={"case": item.case_id, "decision": holds.id},
            )
    return wrong


def _remember(tx: Tx, item: Item, each: Settled, rules: ReviewRules, now: datetime) -> None:
    expires_at = now + rules.memory_lasts
    memory_rows.add(tx, media_key=item.media_key, decision_id=each.decision.id, now=now, expires_at=expires_at)
