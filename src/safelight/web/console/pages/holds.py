"""Holds: adding one, renewing a request by law enforcement, and lawful destruction, which takes two people."""

from datetime import timedelta
from typing import Any

from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import EvidenceHeld, InvalidValue, NotAllowed, NotFound, UsageError
from safelight.flow.evidence import holds as flow
from safelight.roles import Permission
from safelight.vault.hold import Hold, HoldKind
from safelight.vault.holding import active_holds, holds_of
from safelight.vault.order import NewOrder, Order
from safelight.web.console.door import Door
from safelight.web.console.moments import read_day
from safelight.web.console.pages.evidence import find_named
from safelight.web.console.reasons import fault_place, read_reason
from safelight.web.console.visit import Visit

_KINDS = (HoldKind.OPERATOR, HoldKind.LAW_ENFORCEMENT, HoldKind.REPORT)
"""The kinds that somebody adds; the hold of a review comes with the sealing."""


def add_holds(door: Door) -> None:
    """Add the pages. None of them ends a hold: that a lawful order does, and nothing else before its time."""
    _add_adding(door)
    _add_renewing(door)
    _add_asking(door)
    _add_confirming(door)


def _add_adding(door: Door) -> None:
    @door.page("GET", "/evidence/{evidence}/hold", Permission.HOLD_WRITE, is_fresh=True)
    def show_hold(visit: Visit) -> Response:
        return visit.see("hold_add.html", facts=find_named(visit), kinds=_KINDS)

    @door.page("POST", "/evidence/{evidence}/hold", Permission.HOLD_WRITE, is_fresh=True)
    def add_hold(visit: Visit) -> Response:
        facts, who = find_named(visit), (visit.engine, visit.clock, visit.actor)
        try:
            new = flow.hold_of(_wanted(visit), _terms(visit))
            flow.add_hold_once(*who, facts.id, new)
        except (InvalidValue, UsageError) as error:
            return visit.see_fault("hold_add.html", fault_place(visit.form, "hold"), error, facts=facts, kinds=_KINDS)
        return visit.go(f"/evidence/{facts.id}", "holds.added")


def _add_renewing(door: Door) -> None:
    path = "/evidence/{evidence}/holds/{hold:int}/renew"

    @door.page("GET", path, Permission.HOLD_WRITE, is_fresh=True)
    def show_renewal(visit: Visit) -> Response:
        return visit.see("hold_renew.html", facts=find_named(visit), hold=_named_hold(visit))

    @door.page("POST", path, Permission.HOLD_WRITE, is_fresh=True)
    def renew_hold(visit: Visit) -> Response:
        facts, hold, who = find_named(visit), _named_hold(visit), (visit.engine, visit.clock, visit.actor)
        days = _terms(visit).law_enforcement_days
        try:
            reference, reason = visit.form.text("reference"), read_reason(visit.form)
            flow.renew_hold(*who, hold.id, reference=reference, reason=reason, days=days)
        except (InvalidValue, UsageError) as error:
            return visit.see_fault("hold_renew.html", fault_place(visit.form, "hold"), error, facts=facts, hold=hold)
        return visit.go(f"/evidence/{facts.id}", "holds.renewed")


def _add_asking(door: Door) -> None:
    @door.page("GET", "/evidence/{evidence}/destroy", Permission.HOLD_RELEASE, is_fresh=True)
    def show_destroy(visit: Visit) -> Response:
        return visit.see("destroy_ask.html", **_order_facts(visit))

    @door.page("POST", "/evidence/{evidence}/destroy", Permission.HOLD_RELEASE, is_fresh=True)
    def ask_destroy(visit: Visit) -> Response:
        facts, form, who = find_named(visit), visit.form, (visit.engine, visit.clock, visit.actor)
        try:
            texts = {name: form.text(name) for name in ("legal_basis", "authority", "reference")}
            hold_ids = tuple(sorted(set(form.numbers("hold"))))
            flow.ask_release_once(*who, NewOrder(evidence_id=facts.id, hold_ids=hold_ids, **texts))
        except (InvalidValue, UsageError, EvidenceHeld) as error:
            return visit.see_fault("destroy_ask.html", "hold", error, **_order_facts(visit))
        return visit.go(f"/evidence/{facts.id}", "holds.asked")


def _add_confirming(door: Door) -> None:
    path = "/evidence/{evidence}/orders/{order:int}/confirm"

    @door.page("GET", path, Permission.HOLD_RELEASE, is_fresh=True)
    def show_confirm(visit: Visit) -> Response:
        return visit.see("destroy_confirm.html", facts=find_named(visit), order=_named_order(visit))

    @door.page("POST", path, Permission.HOLD_RELEASE, is_fresh=True)
    def confirm_destroy(visit: Visit) -> Response:
        facts, order, set_ = find_named(visit), _named_order(visit), visit.console.settings
        who, jump = (visit.engine, visit.clock, visit.actor), timedelta(days=set_.clock_jump_days)
        try:
            flow.confirm_release(*who, order.id, is_single_person_mode=set_.single_person_mode, most_jump=jump)
        except (EvidenceHeld, NotAllowed, UsageError) as error:
            return visit.see_fault("destroy_confirm.html", "order", error, facts=facts, order=order)
        return visit.go(f"/evidence/{facts.id}", "holds.destroyed")


def _wanted(visit: Visit) -> flow.Wanted:
    form = visit.form
    kind = next((each for each in _KINDS if each.value == form.text("kind")), None)
    if kind is None:
        raise InvalidValue("Choose why the evidence has to be kept. Nothing was added.")
    return flow.Wanted(
        kind=kind,
        from_at=read_day(form.text("from")) or visit.clock.now(),
        until_at=read_day(form.text("until")),
        reason=read_reason(form),
        legal_basis=form.text("legal_basis"),
        reference=form.text("reference"),
    )


def _terms(visit: Visit) -> flow.Terms:
    set_ = visit.console.settings
    return flow.Terms(law_enforcement_days=set_.law_enforcement_hold_days, report_years=set_.report_hold_years)


def _named_hold(visit: Visit) -> Hold:
    """Return the hold that the address names, of the evidence that it names. Raises `NotFound`."""
    with read(visit.engine) as tx:
        for hold in holds_of(tx, visit.request.path_params["evidence"]):
            if hold.id == visit.request.path_params["hold"]:
                return hold
    raise NotFound("This evidence has no such hold. Its page lists those that it has.")


def _named_order(visit: Visit) -> Order:
    """Return the order that the address names, if it waits and is about this evidence. Raises `NotFound`."""
    for order in flow.waiting_releases(visit.engine, visit.clock):
        if (order.evidence_id, order.id) == (visit.request.path_params["evidence"], visit.request.path_params["order"]):
            return order
    raise NotFound("No such order waits about this evidence: it was confirmed, has lapsed, or never was.")


def _order_facts(visit: Visit) -> dict[str, Any]:
    facts = find_named(visit)
    with read(visit.engine) as tx:
        return {"facts": facts, "keeping": active_holds(tx, facts.id, visit.clock.now())}
