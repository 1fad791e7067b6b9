"""The hash-confirmed path: taking it, and what switches it off."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from safelight.audit import log
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.errors import UsageError
from safelight.matching.match import Match
from safelight.review.case import WAITING, Case, check_reason
from safelight.review.decision import Finding, IncidentType, Ruling, Seat
from safelight.review.moves import Move, state_after
from safelight.review.path import CAP_SPAN, PathMark, classification_of, confirming, is_disputed
from safelight.review.queries import case_target
from safelight.review.rules import ReviewRules
from safelight.review.settlement import NewDecision, Settled
from safelight.review.steps.cases import locked, put_state
from safelight.review.store import case_rows, decision_rows, memory_rows, path_rows
from safelight.roles import Actor, ActorKind

HASH_PATH = Actor(kind=ActorKind.SERVICE, name="hash-confirmed path")
"""Who decides where nobody looked."""

_TARGET = "hash_path:1"
_CAP_REACHED = "The daily cap was reached."


def take_path(
    tx: Tx,
    clock: Clock,
    rules: ReviewRules,
    *,
    case_id: int,
    item_id: int,
    matches: Sequence[Match],
    verified: Collection[str],
) -> tuple[Case | None, bool]:
    """Confirm an item by its hash alone, if it may be; return its case as it is then, and whether the path went off.

    It may be if (1) the operator has switched the path on, (2) nothing has switched it off since, (3) the matches
    confirm it (`path.confirming`), (4) no entry that matched is disputed, (5) two people did not find the same bytes to
    be something else, and (6) less than the cap took the path in the last 24 hours. With the last one that may, the
    path is switched off until a person switches it on again.
    """
    if not rules.is_path_on or is_disputed(matches) or not confirming(matches, verified):
        return None, False
    now = see(tx, clock)
    case, standing = locked(tx, case_id)
    if path_rows.lock_mark(tx).off_at is not None or _is_contradicted(tx, item_id, now):
        return None, False
    used = path_rows.count_since(tx, now - CAP_SPAN)
    if used >= rules.path_cap:
        switch_path_off(tx, clock, HASH_PATH, why=_CAP_REACHED)
        return None, True
    by = confirming(matches, verified)
    ruling = Ruling(
        finding=Finding.CONFIRMED,
        reasons="",
        classification=classification_of(by),
        incident_type=IncidentType.CSAM,
    )
    new = NewDecision(
        case_id=case_id,
        wave=standing.wave,
        seat=Seat.PATH,
        ruling=ruling,
        item_ids=(item_id,),
        by=HASH_PATH,
        reasons_id=None,
        act=uuid.uuid4().hex,
    )
    decision_id = decision_rows.add(tx, new, now)
    decision = decision_rows.find(tx, [decision_id])[decision_id]
    decision_rows.settle(tx, [Settled(item_id=item_id, decision=decision)], now)
    path_rows.add_use(tx, item_id, now)
    details: dict[str, int | str] = {"decision": decision_id, "item": item_id, "entry": by[0].entry_id}
    target = case_target(case_id)
    log.write(tx, clock=clock, actor=HASH_PATH, verb="confirm_by_hash", target=target, details=details)
    if case.state in WAITING and not decision_rows.undecided(tx, case_id):
        put_state(tx, case, standing, state_after(Move.SETTLE, case.state), now)
    is_last = used + 1 >= rules.path_cap
    if is_last:
        switch_path_off(tx, clock, HASH_PATH, why=_CAP_REACHED)
    return locked(tx, case_id)[0], is_last


def _is_contradicted(tx: Tx, item_id: int, now: datetime) -> bool:
    (item,) = case_rows.find_items(tx, [item_id])
    known = memory_rows.live(tx, [item.media_key], now) if item.media_key else {}
    found = decision_rows.find(tx, [each.decision_id for each in known.values()])
    return any(each.finding is not Finding.CONFIRMED for each in found.values())


def switch_path_off(tx: Tx, clock: Clock, actor: Actor, *, why: str) -> bool:
    """Switch the path off until a person switches it on again; whether it was on."""
    now = see(tx, clock)
    if path_rows.lock_mark(tx).off_at is not None:
        return False
    path_rows.put_mark(tx, PathMark(off_at=now, off_why=why))
    log.write(tx, clock=clock, actor=actor, verb="switch_hash_path_off", target=_TARGET, reason=why)
    return True


def switch_path_on(tx: Tx, clock: Clock, actor: Actor, *, reason: str) -> None:
    """Let the path be taken again, as far as the setting allows. Raises `InvalidValue`, `UsageError` where it is on."""
    check_reason(reason)
    see(tx, clock)
    if path_rows.lock_mark(tx).off_at is None:
        raise UsageError("Nothing has switched the hash-confirmed path off. Whether it is on is a setting.")
    path_rows.put_mark(tx, PathMark())
    log.write(tx, clock=clock, actor=actor, verb="switch_hash_path_on", target=_TARGET, reason=reason)
