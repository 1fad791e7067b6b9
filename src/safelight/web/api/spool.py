"""The sealed spool: media that waits to be scanned, or could not be. Nothing of it is shown."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import InvalidValue
from safelight.flow.scans.held_media import drop_held, retry_all_held, retry_held
from safelight.flow.scans.unscanned import FAULTS
from safelight.roles import Actor, Permission
from safelight.vault.listing import KeptFacts
from safelight.vault.queries import list_kept
from safelight.web.answer import answer_json
from safelight.web.api import bodies
from safelight.web.api.bodies import STRICT, GivenWhy, Reason, Why
from safelight.web.door import Door, Told
from safelight.web.host import Host
from safelight.web.paging import PARAMETERS, read_page
from safelight.web.schemas import body_of

_SPOOL: dict[str, Any] = {
    "name": "spool",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "maxLength": 64},
}
_HELD: dict[str, Any] = {
    "name": "held_for",
    "in": "query",
    "schema": {"type": "string", "enum": list(FAULTS)},
    "description": "Only what is held for this reason.",
}


class RetryAll(BaseModel):
    """What is to be scanned again: all that is held, or all that is held for one reason."""

    model_config = ConfigDict(**STRICT, json_schema_extra={"example": {"held_for": "timed_out"}})
    held_for: Annotated[str, Field(max_length=50)] | None = None
    reason: Reason = ""


def add_spool(door: Door, host: Host) -> None:
    """Add the routes."""
    house = host.service.house

    @door.route(
        "GET",
        "/spool",
        Permission.SPOOL_WRITE,
        Told(summary="List what waits to be scanned, or could not be.", parameters=(_HELD, *PARAMETERS)),
    )
    async def list_spool(request: Request, _actor: Actor) -> Response:
        page, fault = read_page(request), _read_fault(request.query_params.get("held_for"))

        def ask() -> list[KeptFacts]:
            with read(house.engine) as tx:
                return list_kept(tx, after_id=page.after or None, limit=page.limit, held_for=fault)

        found, days = await host.ask(ask), timedelta(days=house.settings.held_media_days)
        return answer_json(page.tell([tell_kept(each, days) for each in found], found[-1].id if found else None))

    @door.route(
        "POST",
        "/spool/retry",
        Permission.SPOOL_WRITE,
        Told(summary="Let all be scanned again that is held.", body=body_of(RetryAll, is_required=False)),
    )
    async def retry_all_media(request: Request, actor: Actor) -> Response:
        asked = await bodies.read(request, RetryAll)
        fault = _read_fault(asked.held_for)
        count = await host.ask(
            lambda: retry_all_held(house.engine, house.keeping, actor, fault=fault, reason=asked.reason)
        )
        return answer_json({"retried": count})

    @door.route(
        "POST",
        "/spool/{spool}/retry",
        Permission.SPOOL_WRITE,
        Told(summary="Let held media be scanned again.", body=body_of(Why, is_required=False), parameters=(_SPOOL,)),
    )
    async def retry_media(request: Request, actor: Actor) -> Response:
        spool_id, why = request.path_params["spool"], await bodies.read(request, Why)
        job_id = await host.ask(lambda: retry_held(house.engine, house.keeping, actor, spool_id, reason=why.reason))
        return answer_json({"spool": spool_id, "job": job_id})

    @door.route(
        "POST",
        "/spool/{spool}/drop",
        Permission.SPOOL_WRITE,
        Told(summary="Drop held media for good, unseen.", body=body_of(GivenWhy), parameters=(_SPOOL,)),
    )
    async def drop_media(request: Request, actor: Actor) -> Response:
        spool_id, why = request.path_params["spool"], await bodies.read(request, GivenWhy)
        await host.ask(lambda: drop_held(house.engine, house.keeping, actor, spool_id, reason=why.reason))
        return answer_json({"spool": spool_id, "is_dropped": True})


def _read_fault(text: str | None) -> str | None:
    if text is not None and text not in FAULTS:
        raise InvalidValue(f"Media is held for one of these reasons: {', '.join(FAULTS)}.")
    return text


def tell_kept(facts: KeptFacts, held: timedelta) -> dict[str, Any]:
    """Return what an answer tells of media in the spool; `held` is how long what could not be scanned is kept."""
    return {
        "spool": facts.id,
        "size_bytes": facts.size_bytes,
        "kept_at": facts.kept_at,
        "is_held": facts.is_held,
        "held_for": facts.held_for or None,
        "held_until": facts.kept_at + held if facts.is_held else None,
    }
