"""Notices: the addresses by their names and hosts, what was sent to them, and sending it again.

Addresses are added, and their secrets exchanged, on the command line alone: no answer here has a secret or a URL in it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import InvalidValue
from safelight.flow import notices as flow
from safelight.flow.notices import NoticeDesk
from safelight.notices import queries
from safelight.notices.address import NoticeAddress
from safelight.notices.delivery import Delivery, DeliveryState
from safelight.roles import Actor, Permission
from safelight.web.answer import answer_json
from safelight.web.api import bodies
from safelight.web.api.bodies import Why
from safelight.web.door import Door, Told
from safelight.web.host import Host
from safelight.web.paging import PARAMETERS, read_number, read_page
from safelight.web.schemas import body_of

_NAME: dict[str, Any] = {
    "name": "address",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "maxLength": 64},
}
_DELIVERY: dict[str, Any] = {
    "name": "delivery",
    "in": "path",
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
}
_FILTERS: tuple[dict[str, Any], ...] = (
    {
        "name": "state",
        "in": "query",
        "schema": {"type": "string", "enum": [state.value for state in DeliveryState]},
        "description": "Only deliveries in this state.",
    },
    {"name": "address", "in": "query", "schema": {"type": "string"}, "description": "Only those to this address."},
)


def add_notices(door: Door, host: Host) -> None:
    """Add the routes."""
    _add_addresses(door, host)
    _add_deliveries(door, host)


def _add_addresses(door: Door, host: Host) -> None:
    engine = host.service.house.engine

    @door.route(
        "GET",
        "/notices/addresses",
        Permission.NOTICE_READ,
        Told(summary="List the addresses that notices go to, by their hosts.", parameters=PARAMETERS),
    )
    async def list_addresses(request: Request, _actor: Actor) -> Response:
        page = read_page(request)

        def ask() -> list[NoticeAddress]:
            with read(engine) as tx:
                return queries.list_addresses(tx)

        return answer_json(page.cut(await host.ask(ask), lambda address: address.name, tell_address))

    def changing(path: str, summary: str, act: Callable[[NoticeDesk, str, str], int | None]) -> None:
        async def change(request: Request, actor: Actor) -> Response:
            name, why = request.path_params["address"], await bodies.read(request, Why)
            count = await host.ask(lambda: act(_desk(host, actor), name, why.reason))
            return answer_json({**await host.ask(lambda: _tell_named(host, name)), **_counted(path, count)})

        change.__name__ = f"{path}_address"
        told = Told(summary=summary, body=body_of(Why, is_required=False), parameters=(_NAME,))
        door.route("POST", f"/notices/addresses/{{address}}/{path}", Permission.NOTICE_WRITE, told)(change)

    changing(
        "enable",
        "Let notices go out to an address again; what did not arrive is counted.",
        lambda desk, name, reason: flow.enable_address(desk, name, reason=reason),
    )
    changing(
        "disable",
        "Let nothing go out to an address.",
        lambda desk, name, reason: flow.disable_address(desk, name, reason=reason),
    )
    changing(
        "resend",
        "Send again all that did not arrive at an address.",
        lambda desk, name, reason: flow.resend_undelivered(desk, name, reason=reason),
    )


def _add_deliveries(door: Door, host: Host) -> None:
    engine = host.service.house.engine

    @door.route(
        "GET",
        "/notices/deliveries",
        Permission.NOTICE_READ,
        Told(summary="List what was sent to whom, the latest first.", parameters=(*_FILTERS, *PARAMETERS)),
    )
    async def list_deliveries(request: Request, _actor: Actor) -> Response:
        page, state, name = read_page(request), _read_state(request), request.query_params.get("address")

        def ask() -> list[Delivery]:
            with read(engine) as tx:
                address_id = queries.find_address(tx, name).id if name else None
                before = page.after_number or None
                return queries.page_deliveries(
                    tx, address_id=address_id, state=state, before_id=before, limit=page.limit
                )

        found = await host.ask(ask)
        return answer_json(page.tell([tell_delivery(each) for each in found], found[-1].id if found else None))

    @door.route(
        "POST",
        "/notices/deliveries/{delivery}/resend",
        Permission.NOTICE_WRITE,
        Told(
            summary="Send a delivery again, under the same event id.",
            body=body_of(Why, is_required=False),
            parameters=(_DELIVERY,),
        ),
    )
    async def resend_delivery(request: Request, actor: Actor) -> Response:
        number, why = read_number(request.path_params["delivery"], "delivery"), await bodies.read(request, Why)
        await host.ask(lambda: flow.resend(_desk(host, actor), number, reason=why.reason))
        return answer_json({"delivery": number, "is_queued": True})


def _desk(host: Host, actor: Actor) -> NoticeDesk:
    return replace(host.service.house.notice_desk, actor=actor)


def _tell_named(host: Host, name: str) -> dict[str, Any]:
    with read(host.service.house.engine) as tx:
        return tell_address(queries.find_address(tx, name))


def _counted(path: str, count: int | None) -> dict[str, int]:
    return {} if count is None else {"resent" if path == "resend" else "undelivered": count}


def _read_state(request: Request) -> DeliveryState | None:
    asked = request.query_params.get("state")
    if asked is None:
        return None
    try:
        return DeliveryState(asked)
    except ValueError:
        raise InvalidValue(f"A delivery's state is one of {', '.join(DeliveryState)}.") from None


def tell_address(address: NoticeAddress) -> dict[str, Any]:
    """Return what an answer tells of an address: where it is, but not its URL, which may have a key in it."""
    return {
        "address": address.name,
        "origin": address.origin,
        "kinds": sorted(kind.value for kind in address.kinds),
        "state": address.state.value,
        "pause_reason": address.pause_reason or None,
        "failures": address.failures,
        "failing_since_at": address.failing_since_at,
    }


def tell_delivery(delivery: Delivery) -> dict[str, Any]:
    """Return what an answer tells of a delivery."""
    return {
        "delivery": delivery.id,
        "address": delivery.address_name,
        "event": delivery.event_id,
        "kind": delivery.kind.value,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "queued_at": delivery.queued_at,
        "tried_at": delivery.tried_at,
        "ended_at": delivery.ended_at,
        "status": delivery.status,
        "reason": delivery.reason or None,
    }
