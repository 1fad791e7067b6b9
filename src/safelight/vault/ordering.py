"""Lawful destruction: the only way by which a hold ends before its time.

One person asks, another confirms. Only `confirm_order` writes that a hold was released, and it destroys the evidence
in the same transaction.
"""

from collections.abc import Collection
from datetime import timedelta

from safelight.audit import log
from safelight.boundary import Reach, unwatched
from safelight.clock import Clock
from safelight.database.clock_mark import MOST_JUMP, require_plausible, see
from safelight.database.transaction import Tx
from safelight.errors import EvidenceHeld, InvalidValue, NotAllowed, NotFound, UsageError
from safelight.roles import Actor, Permission, require_permission
from safelight.vault.certificate import Certificate
from safelight.vault.destroying import destroy_key
from safelight.vault.hold import Hold, active, tell_hold
from safelight.vault.holding import require_living
from safelight.vault.order import (
    ORDER_LASTS,
    NewOrder,
    Order,
    check_new_order,
    is_same_person,
    may_confirm,
    not_covered,
    require_person,
)
from safelight.vault.store import hold_rows, order_rows


def ask_order(tx: Tx, clock: Clock, actor: Actor, new: NewOrder) -> Order:
    """Ask for the destruction of evidence that is held. Nothing is released yet: another person must confirm.

    It may be asked if (1) a person asks who has `hold:release`, (2) legal basis, authority and reference are given, (3)
    the evidence lives, (4) every hold that is named keeps it, and (5) no hold keeps it that is not named. Raises
    `NotAllowed`, `InvalidValue`, `NotFound`, `UsageError`, `EvidenceHeld`, `ClockWrong`.
    """
    require_permission(actor, Permission.HOLD_RELEASE)
    require_person(actor)
    check_new_order(new)
    now = see(tx, clock)
    require_living(tx, new.evidence_id)
    holds = hold_rows.holds_of(tx, new.evidence_id)
    keeping = {hold.id for hold in active(holds, now)}
    strangers = sorted(set(new.hold_ids) - keeping)
    if strangers:
        raise InvalidValue(f"No such hold keeps evidence {new.evidence_id}: {', '.join(map(str, strangers))}.")
    _require_covered(new.evidence_id, not_covered(new.hold_ids, holds, now))
    order_id = order_rows.add_order(tx, new, at=now, actor=actor)
    _write(tx, clock, actor, "ask_order", find_order(tx, order_id))
    return find_order(tx, order_id)


def confirm_order(
    tx: Tx,
    clock: Clock,
    actor: Actor,
    order_id: int,
    *,
    is_single_person_mode: bool = False,
    most_jump: timedelta = MOST_JUMP,
    reach: Reach = unwatched,
) -> Certificate:
    """Confirm an order: exactly the holds that it names are released, and the evidence is destroyed.

    It may be confirmed if (1) a person confirms who has `hold:release`, (2) it waits and has not lapsed, (3) that
    person is not the one who asked, or the operator has switched single-person mode on, which order, audit log and
    certificate then say, (4) the evidence lives, and (5) no hold keeps it that the order does not name, such as one
    added since it was asked. Raises as `ask_order`.
    """
    require_permission(actor, Permission.HOLD_RELEASE)
    require_person(actor)
    now = require_plausible(tx, clock, most_jump)
    require_living(tx, find_order(tx, order_id).evidence_id)
    order = find_order(tx, order_id)  # again, now that nobody else can confirm it
    _require_waiting(order, clock)
    _require_other(order, actor, is_single_person_mode=is_single_person_mode)
    holds = hold_rows.holds_of(tx, order.evidence_id)
    _require_covered(order.evidence_id, not_covered(order.hold_ids, holds, now))
    is_single = is_same_person(order, actor.name)
    order_rows.confirm(tx, order_id, at=now, actor=actor, is_single_person=is_single)
    released = [hold.id for hold in active(holds, now)]
    hold_rows.release(tx, released, order_id=order_id, at=now)
    confirmed = find_order(tx, order_id)
    _write(tx, clock, actor, "confirm_order", confirmed)
    reason = _basis(confirmed)
    return destroy_key(tx, clock, actor, order.evidence_id, reason, most_jump=most_jump, reach=reach)


def find_order(tx: Tx, order_id: int) -> Order:
    """Return one order, whatever became of it. Raises `NotFound`."""
    found = order_rows.find_order(tx, order_id)
    if found is None:
        raise NotFound(f"There is no order {order_id}. `safelight hold list --orders` shows those that wait.")
    return found


def waiting_orders(tx: Tx, clock: Clock) -> list[Order]:
    """Return the orders that wait to be confirmed and have not lapsed, the oldest first."""
    return order_rows.waiting(tx, since=clock.now() - ORDER_LASTS)


def stuck_orders(orders: Collection[Order], people: Collection[str], *, is_single_person_mode: bool) -> list[Order]:
    """Return the orders that none of these people could confirm: somebody must be told of them.

    `people` are the names of all who have `hold:release`.
    """
    return [
        order
        for order in orders
        if not any(may_confirm(order, name, is_single_person_mode=is_single_person_mode) for name in people)
    ]


def _require_waiting(order: Order, clock: Clock) -> None:
    if order.confirmed_at is not None:
        raise UsageError(f"Order {order.id} was confirmed on {order.confirmed_at:%Y-%m-%d %H:%M} UTC already.")
    if order.has_lapsed(clock.now()):
        raise UsageError(
            f"Order {order.id} was asked on {order.asked_at:%Y-%m-%d} and has lapsed: an order waits "
            f"{ORDER_LASTS.days} days. Nothing was destroyed. Look at the case again, then ask anew."
        )


def _require_other(order: Order, actor: Actor, *, is_single_person_mode: bool) -> None:
    if not may_confirm(order, actor.name, is_single_person_mode=is_single_person_mode):
        raise NotAllowed(
            f"{actor.name} asked for order {order.id}: another person who has the permission "
            f"{Permission.HOLD_RELEASE.value} must confirm it. Nothing was destroyed."
        )


def _require_covered(evidence_id: str, others: list[Hold]) -> None:
    if others:
        raise EvidenceHeld(
            f"Evidence {evidence_id} is also held by what the order does not name: "
            f"{', '.join(map(tell_hold, others))}. Nothing was released or destroyed. Ask for "
            "an order that names every hold, if all of them are to end."
        )


def _write(tx: Tx, clock: Clock, actor: Actor, verb: str, order: Order) -> None:
    details: dict[str, int | str] = {"order": order.id}
    details |= {f"hold_{hold_id}": "named" for hold_id in order.hold_ids}
    if order.confirmed_by is not None:
        details |= {"single_person": "yes" if order.is_single_person else "no"}
    target, reason = f"evidence:{order.evidence_id}", _basis(order)
    log.write(tx, clock=clock, actor=actor, verb=verb, target=target, reason=reason, details=details)


def _basis(order: Order) -> str:
    return f"order {order.id}: {order.legal_basis}; {order.authority}; {order.reference}"
