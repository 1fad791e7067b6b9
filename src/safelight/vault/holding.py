"""Adding holds and giving them their ends: each function is one act within the caller's transaction.

None of these can end a hold early. Where the end of one is set, it is by a rule of `hold.py`, and never earlier than
it was set before.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from safelight.audit import log
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.errors import NotFound, UsageError
from safelight.roles import Actor
from safelight.vault.evidence import Evidence
from safelight.vault.hold import (
    APPEAL_DAYS,
    LAW_ENFORCEMENT_DAYS,
    REPORT_YEARS,
    Hold,
    HoldKind,
    NewHold,
    active,
    check_new_hold,
    end_of_review,
    renewed_hold,
    report_hold,
)
from safelight.vault.store import hold_rows


def add_hold(tx: Tx, clock: Clock, actor: Actor, evidence_id: str, new: NewHold) -> Hold:
    """Hold evidence, for one more reason. Holds add up: the longest governs.

    Raises `InvalidValue` for a hold of the wrong form (`check_new_hold`), `NotFound`, `UsageError` where the evidence
    is destroyed already, `ClockWrong`.
    """
    now = see(tx, clock)
    check_new_hold(new, now)
    require_living(tx, evidence_id)
    return _add(tx, clock, actor, evidence_id, new, verb="add_hold")


def renew_hold(
    tx: Tx,
    clock: Clock,
    actor: Actor,
    hold_id: int,
    *,
    reference: str,
    reason: str = "",
    days: int = LAW_ENFORCEMENT_DAYS,
) -> Hold:
    """Renew a request by law enforcement: a further hold, as long again from the end of the one before.

    Renewing an earlier hold of a chain would add nothing, so the latest must be named. Raises as `add_hold`.
    """
    now = see(tx, clock)
    old = find_hold(tx, hold_id)
    new = renewed_hold(old, reference=reference, reason=reason, days=days)
    check_new_hold(replace(new, from_at=min(new.from_at, now)), now)  # a renewal may begin later than now
    require_living(tx, old.evidence_id)
    _require_not_renewed(tx, old)
    return _add(tx, clock, actor, old.evidence_id, new, verb="renew_hold", renews=hold_id)


def close_review(
    tx: Tx, clock: Clock, actor: Actor, evidence_id: str, *, closed_at: datetime, appeal_days: int = APPEAL_DAYS
) -> None:
    """Give the holds `under review` their end: the case was closed without a report, and an appeal has its time.

    Raises `NotFound`, `UsageError` where the evidence is destroyed already, `ClockWrong`.
    """
    now = see(tx, clock)
    require_living(tx, evidence_id)
    _end_review(tx, clock, actor, evidence_id, end_of_review(closed_at, now, appeal_days=appeal_days))


def reopen_review(tx: Tx, clock: Clock, actor: Actor, evidence_id: str) -> None:
    """Take the end of the holds `under review` away: the case is open again, so that they last until it is closed.

    One that ended already lasts again, for its evidence is still there. Raises as `close_review`.
    """
    see(tx, clock)
    require_living(tx, evidence_id)
    reopened = [hold for hold in _reviews(tx, evidence_id) if hold.until_at is not None]
    hold_rows.set_end(tx, [hold.id for hold in reopened], None)
    for hold in reopened:
        _write_moved(tx, clock, actor, "reopen_review", hold, until_at=None)


def start_report_hold(
    tx: Tx,
    clock: Clock,
    actor: Actor,
    evidence_id: str,
    *,
    receipt_at: datetime,
    reference: str,
    years: int = REPORT_YEARS,
) -> Hold:
    """Begin the hold of a report with the authority's receipt; `under review` ends with it, in the same transaction.

    So there is no moment without a hold. A case that was closed, and whose review ends later, keeps that end. Raises as
    `add_hold`.
    """
    hold = add_hold(tx, clock, actor, evidence_id, report_hold(receipt_at, reference, years=years))
    _end_review(tx, clock, actor, evidence_id, max(receipt_at, hold.added_at))
    return hold


def find_hold(tx: Tx, hold_id: int) -> Hold:
    """Return one hold, whatever became of it. Raises `NotFound`."""
    found = hold_rows.find_hold(tx, hold_id)
    if found is None:
        raise NotFound(f"There is no hold {hold_id}. `safelight hold list EVIDENCE` shows those of evidence.")
    return found


def holds_of(tx: Tx, evidence_id: str) -> list[Hold]:
    """Return every hold that evidence ever had, the oldest first; none for evidence that never was."""
    return hold_rows.holds_of(tx, evidence_id)


def active_holds(tx: Tx, evidence_id: str, at: datetime) -> list[Hold]:
    """Return the holds that keep evidence at a moment, the oldest first."""
    return active(hold_rows.holds_of(tx, evidence_id), at)


def keep_from_opening(tx: Tx, evidence_ids: Iterable[str]) -> None:
    """Let nobody open or destroy evidence before this transaction ends, whose opening is not committed by now.

    Who is about to waits. All that was opened before is seen by whatever this transaction asks next.
    """
    for evidence_id in sorted(evidence_ids):
        hold_rows.lock_evidence(tx, evidence_id)


def require_living(tx: Tx, evidence_id: str) -> Evidence:
    """Return evidence that is not destroyed, and keep others from destroying it before this transaction ends.

    Raises `NotFound`, or `UsageError` where it is destroyed already.
    """
    evidence = hold_rows.lock_evidence(tx, evidence_id)
    if evidence is None:
        raise NotFound(f"There is no evidence {evidence_id!r}. `safelight evidence list` shows what there is.")
    if evidence.destroyed_at is not None:
        raise UsageError(
            f"Evidence {evidence_id} was destroyed on {evidence.destroyed_at:%Y-%m-%d %H:%M} UTC. Nothing was changed."
        )
    return evidence


def _add(
    tx: Tx, clock: Clock, actor: Actor, evidence_id: str, new: NewHold, *, verb: str, renews: int | None = None
) -> Hold:
    hold_id = hold_rows.add_hold(tx, evidence_id, new, at=clock.now(), actor=actor)
    details: dict[str, int | str] = {
        "hold": hold_id,
        "kind": new.kind.value,
        "from": new.from_at.isoformat(),
        "until": _written(new.until_at),
    }
    if renews is not None:
        details["renews"] = renews
    target = f"evidence:{evidence_id}"
    log.write(tx, clock=clock, actor=actor, verb=verb, target=target, reason=new.reason, details=details)
    return find_hold(tx, hold_id)


def _end_review(tx: Tx, clock: Clock, actor: Actor, evidence_id: str, until_at: datetime) -> None:
    """Give every hold `under review` an end, but none that already has a later one."""
    ended = [hold for hold in _reviews(tx, evidence_id) if hold.until_at is None or hold.until_at < until_at]
    hold_rows.set_end(tx, [hold.id for hold in ended], until_at)
    for hold in ended:
        _write_moved(tx, clock, actor, "end_review", hold, until_at=until_at)


def _write_moved(tx: Tx, clock: Clock, actor: Actor, verb: str, hold: Hold, *, until_at: datetime | None) -> None:
    told: dict[str, int | str] = {"hold": hold.id, "was_until": _written(hold.until_at), "until": _written(until_at)}
    log.write(tx, clock=clock, actor=actor, verb=verb, target=f"evidence:{hold.evidence_id}", details=told)


def _reviews(tx: Tx, evidence_id: str) -> list[Hold]:
    holds = hold_rows.holds_of(tx, evidence_id)
    return [hold for hold in holds if hold.kind is HoldKind.UNDER_REVIEW and hold.released_at is None]


def _require_not_renewed(tx: Tx, old: Hold) -> None:
    """Raise `UsageError` where as many requests begin at a hold's end as end there: then each was renewed."""
    requests = [hold for hold in hold_rows.holds_of(tx, old.evidence_id) if hold.kind is HoldKind.LAW_ENFORCEMENT]
    renewals = [hold for hold in requests if hold.from_at == old.until_at]
    if len(renewals) >= len([hold for hold in requests if hold.until_at == old.until_at]):
        raise UsageError(f"Hold {old.id} was renewed already: renew hold {renewals[-1].id}, which did so.")


def _written(moment: datetime | None) -> str:
    return "open" if moment is None else moment.isoformat()
