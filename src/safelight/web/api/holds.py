"""Holds, to write, and lawful destruction: one person asks, another confirms. A program can do neither."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from safelight.flow.evidence import holds as flow
from safelight.roles import Actor, Permission
from safelight.vault.certificate import Certificate
from safelight.vault.hold import HoldKind
from safelight.vault.order import NewOrder, Order
from safelight.web.answer import answer_json
from safelight.web.api import bodies
from safelight.web.api.bodies import STRICT
from safelight.web.api.evidence import EVIDENCE, tell_hold
from safelight.web.door import Door, Told
from safelight.web.host import Host
from safelight.web.paging import PARAMETERS, read_number, read_page
from safelight.web.schemas import body_of

_Text = Annotated[str, Field(max_length=1000)]
_GivenText = Annotated[str, Field(min_length=1, max_length=1000)]
_HOLD: dict[str, Any] = {"name": "hold", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
_ORDER: dict[str, Any] = {**_HOLD, "name": "order"}


class WantedHold(BaseModel):
    """A hold to be added. `from_at` is now unless given; `until_at` is for one of the operator's own alone."""

    model_config = ConfigDict(
        **STRICT,
        json_schema_extra={
            "example": {"kind": "law_enforcement", "from_at": "2026-11-20T00:00:00Z", "reference": "Az. 4711"}
        },
    )
    kind: HoldKind
    from_at: AwareDatetime | None = None
    until_at: AwareDatetime | None = None
    reason: _Text = ""
    legal_basis: _Text = ""
    reference: _Text = ""


class Renewal(BaseModel):
    """A request by law enforcement that came again."""

    model_config = ConfigDict(**STRICT, json_schema_extra={"example": {"reference": "Az. 4711-2"}})
    reference: _GivenText
    reason: _Text = ""


class WantedOrder(BaseModel):
    """A lawful destruction that is asked for: every hold that keeps the evidence has to be named."""

    model_config = ConfigDict(
        **STRICT,
        json_schema_extra={
            "example": {
                "holds": [3, 12],
                "legal_basis": "18 U.S.C. 2258B(c)",
                "authority": "District Court",
                "reference": "26-cr-1",
            }
        },
    )
    holds: Annotated[list[Annotated[int, Field(ge=1, le=2**63 - 1)]], Field(max_length=1000)]
    legal_basis: _GivenText
    authority: _GivenText
    reference: _GivenText


def add_holds(door: Door, host: Host) -> None:
    """Add the routes."""
    house = host.service.house

    @door.route(
        "POST",
        "/evidence/{evidence}/holds",
        Permission.HOLD_WRITE,
        Told(
            summary="Hold evidence for one more reason.",
            body=body_of(WantedHold),
            parameters=(EVIDENCE,),
        ),
    )
    async def add_hold(request: Request, actor: Actor) -> Response:
        evidence_id, told = request.path_params["evidence"], await bodies.read(request, WantedHold)
        new = flow.hold_of(_wanted(host, told), _terms(host))
        hold, is_new = await host.ask(lambda: flow.add_hold_once(house.engine, house.clock, actor, evidence_id, new))
        return answer_json(tell_hold(hold), 201 if is_new else 200)

    @door.route(
        "POST",
        "/holds/{hold}/renew",
        Permission.HOLD_WRITE,
        Told(
            summary="Renew a request by law enforcement, from the end of the one before.",
            body=body_of(Renewal),
            parameters=(_HOLD,),
        ),
    )
    async def renew_hold(request: Request, actor: Actor) -> Response:
        number, told = read_number(request.path_params["hold"], "hold"), await bodies.read(request, Renewal)
        given = {"reference": told.reference, "reason": told.reason}
        days = _terms(host).law_enforcement_days
        hold = await host.ask(lambda: flow.renew_hold(house.engine, house.clock, actor, number, days=days, **given))
        return answer_json(tell_hold(hold), 201)

    _add_release(door, host)


def _add_release(door: Door, host: Host) -> None:
    house = host.service.house

    @door.route(
        "POST",
        "/evidence/{evidence}/release",
        Permission.HOLD_RELEASE,
        Told(
            summary="Ask for a lawful destruction; another person confirms it.",
            body=body_of(WantedOrder),
            parameters=(EVIDENCE,),
        ),
    )
    async def ask_release(request: Request, actor: Actor) -> Response:
        told = await bodies.read(request, WantedOrder)
        new = NewOrder(
            evidence_id=request.path_params["evidence"],
            hold_ids=tuple(sorted(set(told.holds))),
            legal_basis=told.legal_basis,
            authority=told.authority,
            reference=told.reference,
        )
        order, is_new = await host.ask(lambda: flow.ask_release_once(house.engine, house.clock, actor, new))
        return answer_json(tell_order(order), 201 if is_new else 200)

    @door.route(
        "GET",
        "/orders",
        Permission.HOLD_READ,
        Told(summary="List the orders that wait to be confirmed, the oldest first.", parameters=PARAMETERS),
    )
    async def list_orders(request: Request, _actor: Actor) -> Response:
        page = read_page(request)
        waiting = await host.ask(lambda: flow.waiting_releases(house.engine, house.clock))
        return answer_json(page.cut(waiting, lambda order: order.id, tell_order))

    @door.route(
        "POST",
        "/orders/{order}/confirm",
        Permission.HOLD_RELEASE,
        Told(summary="Confirm another person's order: the evidence is destroyed.", parameters=(_ORDER,)),
    )
    async def confirm_release(request: Request, actor: Actor) -> Response:
        number, set_ = read_number(request.path_params["order"], "order"), house.settings
        certificate = await host.ask(
            lambda: flow.confirm_release(
                house.engine,
                house.clock,
                actor,
                number,
                is_single_person_mode=set_.single_person_mode,
                most_jump=timedelta(days=set_.clock_jump_days),
            )
        )
        return answer_json(tell_certificate(certificate))


def _wanted(host: Host, told: WantedHold) -> flow.Wanted:
    return flow.Wanted(
        kind=told.kind,
        from_at=told.from_at or host.service.house.clock.now(),
        until_at=told.until_at,
        reason=told.reason,
        legal_basis=told.legal_basis,
        reference=told.reference,
    )


def _terms(host: Host) -> flow.Terms:
    set_ = host.service.house.settings
    return flow.Terms(law_enforcement_days=set_.law_enforcement_hold_days, report_years=set_.report_hold_years)


def tell_order(order: Order) -> dict[str, Any]:
    """Return what an answer tells of an order."""
    return {
        "order": order.id,
        "evidence": order.evidence_id,
        "holds": list(order.hold_ids),
        "legal_basis": order.legal_basis,
        "authority": order.authority,
        "reference": order.reference,
        "asked_at": order.asked_at,
        "asked_by": order.asked_by.name,
    }


def tell_certificate(certificate: Certificate) -> dict[str, Any]:
    """Return what an answer tells of a destruction."""
    return {
        "evidence": certificate.evidence_id,
        "order": certificate.order_id,
        "size_bytes": certificate.size_bytes,
        "sealed_at": certificate.sealed_at,
        "destroyed_at": certificate.destroyed_at,
        "is_single_person": certificate.is_single_person,
        "holds": [
            {"hold": hold.id, "kind": hold.kind, "ended_at": hold.ended_at, "is_released": hold.is_released}
            for hold in certificate.holds
        ],
    }
