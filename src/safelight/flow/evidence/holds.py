"""Holds and lawful destruction: each function is one act of a person, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.audit import log
from safelight.clock import Clock
from safelight.database.clock_mark import MOST_JUMP
from safelight.database.clock_mark import accept_clock as accept
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import InvalidValue
from safelight.notices.event import EventKind
from safelight.notices.steps import tell_event
from safelight.roles import Actor, Permission, require_permission
from safelight.vault import holding, ordering
from safelight.vault.certificate import Certificate
from safelight.vault.hold import (
    LAW_ENFORCEMENT_DAYS,
    REPORT_YEARS,
    Hold,
    HoldKind,
    NewHold,
    is_same_hold,
    law_enforcement_hold,
    operator_hold,
    report_hold,
)
from safelight.vault.order import NewOrder, Order, is_same_order, require_person


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long holds last here that end by a rule (`vault.hold`)."""

    law_enforcement_days: int = LAW_ENFORCEMENT_DAYS
    report_years: int = REPORT_YEARS


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody says of a hold. `until_at` is for one of the operator's own; the others end by their rule."""

    kind: HoldKind
    from_at: datetime
    until_at: datetime | None = None
    reason: str = ""
    legal_basis: str = ""
    reference: str = ""


def hold_of(wanted: Wanted, terms: Terms) -> NewHold:
    """Return the hold that somebody wants, with the end that its rule gives it.

    Raises `InvalidValue` for an end that is not for them to set, for one that is wanting, and for a kind that nobody
    adds by hand.
    """
    if wanted.until_at is not None and wanted.kind is not HoldKind.OPERATOR:
        raise InvalidValue(
            f"A hold of the kind {wanted.kind.value} ends by its rule: leave its end (--until, `until_at`) out. For "
            "longer, add one of your own. Nothing was added."
        )
    texts = {"reason": wanted.reason, "legal_basis": wanted.legal_basis, "reference": wanted.reference}
    match wanted.kind:
        case HoldKind.OPERATOR:
            if wanted.until_at is None:
                raise InvalidValue("A hold of your own needs an end (--until, `until_at`). Nothing was added.")
            return operator_hold(wanted.from_at, wanted.until_at, **texts)
        case HoldKind.LAW_ENFORCEMENT:
            return law_enforcement_hold(wanted.from_at, days=terms.law_enforcement_days, **texts)
        case HoldKind.REPORT:
            return report_hold(wanted.from_at, wanted.reference, years=terms.report_years)
        case HoldKind.UNDER_REVIEW:
            raise InvalidValue("The hold of a review comes with the sealing: nobody adds it. Nothing was added.")


def add_hold(engine: Engine, clock: Clock, actor: Actor, evidence_id: str, new: NewHold) -> Hold:
    """Hold evidence for one more reason; the longest hold governs.

    Raises `NotAllowed`, `InvalidValue`, `NotFound`, `UsageError` where it is destroyed already, `ClockWrong`.
    """
    require_permission(actor, Permission.HOLD_WRITE)
    with write(engine) as tx:
        return holding.add_hold(tx, clock, actor, evidence_id, new)


def add_hold_once(engine: Engine, clock: Clock, actor: Actor, evidence_id: str, new: NewHold) -> tuple[Hold, bool]:
    """Hold evidence, unless the same actor's same hold keeps it already; return the hold, and whether it is new.

    Raises as `add_hold`.
    """
    require_permission(actor, Permission.HOLD_WRITE)
    with write(engine) as tx:
        holding.require_living(tx, evidence_id)
        for hold in holding.active_holds(tx, evidence_id, clock.now()):
            if hold.added_by == actor and is_same_hold(hold, new):
                return hold, False
        return holding.add_hold(tx, clock, actor, evidence_id, new), True


def renew_hold(
    engine: Engine,
    clock: Clock,
    actor: Actor,
    hold_id: int,
    *,
    reference: str,
    reason: str = "",
    days: int = LAW_ENFORCEMENT_DAYS,
) -> Hold:
    """Renew a request by law enforcement, from the end of the one before. Raises as `add_hold`."""
    require_permission(actor, Permission.HOLD_WRITE)
    with write(engine) as tx:
        return holding.renew_hold(tx, clock, actor, hold_id, reference=reference, reason=reason, days=days)


def ask_release(engine: Engine, clock: Clock, actor: Actor, new: NewOrder) -> Order:
    """Ask for a lawful destruction: another person has to confirm it.

    Raises `NotAllowed`, `InvalidValue`, `NotFound`, `UsageError`, `EvidenceHeld`, `ClockWrong`.
    """
    with write(engine) as tx:
        return ordering.ask_order(tx, clock, actor, new)


def ask_release_once(engine: Engine, clock: Clock, actor: Actor, new: NewOrder) -> tuple[Order, bool]:
    """Ask for a lawful destruction, unless the same person's same order waits; return it, and whether it is new.

    Raises as `ask_release`.
    """
    require_permission(actor, Permission.HOLD_RELEASE)
    require_person(actor)
    with write(engine) as tx:
        holding.require_living(tx, new.evidence_id)
        for order in ordering.waiting_orders(tx, clock):
            if order.asked_by == actor and is_same_order(order, new):
                return order, False
        return ordering.ask_order(tx, clock, actor, new), True


def confirm_release(
    engine: Engine,
    clock: Clock,
    actor: Actor,
    order_id: int,
    *,
    is_single_person_mode: bool = False,
    most_jump: timedelta = MOST_JUMP,
) -> Certificate:
    """Confirm an order: the holds that it names are released and the evidence is destroyed. Raises as `ask_release`."""
    with write(engine) as tx:
        certificate = ordering.confirm_order(
            tx, clock, actor, order_id, is_single_person_mode=is_single_person_mode, most_jump=most_jump
        )
        tell_event(tx, clock, EventKind.EVIDENCE_DESTROYED, {"evidence_id": certificate.evidence_id})
        return certificate


def waiting_releases(engine: Engine, clock: Clock) -> Sequence[Order]:
    """Return the orders that wait to be confirmed, the oldest first."""
    with read(engine) as tx:
        return ordering.waiting_orders(tx, clock)


def accept_clock(engine: Engine, clock: Clock, actor: Actor, *, reason: str) -> tuple[datetime, datetime]:
    """Take the clock as right though it was set back or stands far ahead; return the moment seen before, and this one.

    Raises `NotAllowed` for a program or without `hold:release`, which is what a wrong clock could stand in for;
    `InvalidValue` without a reason.
    """
    require_permission(actor, Permission.HOLD_RELEASE)
    require_person(actor)
    if not reason.strip():
        raise InvalidValue("To accept the clock takes a reason: say how you know that it is right.")
    with write(engine) as tx:
        before, now = accept(tx, clock)
        details = {"was": before.isoformat(), "is": now.isoformat()}
        target = "clock:1"
        log.write(tx, clock=clock, actor=actor, verb="accept_clock", target=target, reason=reason, details=details)
        return before, now
