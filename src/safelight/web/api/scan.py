"""`POST /api/v1/scan`: media is hashed and matched, and what follows is done before the answer is given."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import InvalidValue
from safelight.flow.scans.answer import ScanAnswer, present_answer
from safelight.flow.scans.arrivals import Arrived, Referred
from safelight.flow.scans.unscanned import OwnFault
from safelight.hashing.signal import NoSignal
from safelight.intake.queries import find_request
from safelight.intake.request import IdempotencyKey
from safelight.intake.spooled import Spooled
from safelight.roles import Actor, Permission
from safelight.web.answer import answer_json
from safelight.web.api.context import NOTHING_TOLD, Context, read_context
from safelight.web.api.named_media import NamedMedia, names_media, read_named_media
from safelight.web.arriving import require_room, spool_body
from safelight.web.door import Door, Told
from safelight.web.host import Host
from safelight.web.parts import CONTEXT, MultipartBody
from safelight.web.places import NoPlace
from safelight.web.schemas import schema_of
from safelight.web.scope import banks_in_scope
from safelight.web.signal_words import count_distances, tell_match

CONTEXT_HEADER = "safelight-context"
KEY_HEADER = "idempotency-key"

_WAITS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}

_HEADERS: tuple[dict[str, Any], ...] = (
    {
        "name": "Safelight-Context",
        "in": "header",
        "content": {"application/json": {"schema": schema_of(Context)}},
        "description": "Where the media is from and which account it is about, as JSON (ASCII, escaped).",
    },
    {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
        "description": "A name for this request: a repeat under it gets the first answer.",
    },
    {
        "name": "wait",
        "in": "query",
        "schema": {"type": "boolean", "default": True},
        "description": "false: keep it, answer 202 at once, and scan it by a job.",
    },
)
_BODY: dict[str, Any] = {
    "content": {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["media"],
                "properties": {
                    "context": schema_of(Context),
                    "media": {"type": "string", "format": "binary"},
                },
            },
            "encoding": {"context": {"contentType": "application/json"}},
        },
        "application/json": {"schema": schema_of(NamedMedia)},
    },
}
_SCAN: dict[str, Any] = {"name": "scan", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 64}}
_TOLD = Told(summary="Scan media.", body=_BODY, parameters=_HEADERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    spooled: Spooled
    context: Context


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Who asks, whether for an answer at once, and whether there is a place to wait for a worker process in."""

    actor: Actor
    waits: bool
    may_wait: bool


def add_scan(door: Door, host: Host) -> None:
    """Add the routes."""

    @door.route("POST", "/scan", Permission.MEDIA_SCAN, _TOLD)
    async def scan_media(request: Request, actor: Actor) -> Response:
        async with host.place() as may_wait:
            asked = _Asked(actor=actor, waits=_waits(request), may_wait=may_wait)
            if names_media(request):
                answer = await _scan_named(host, asked, request)
            else:
                body = await _receive(request, host)
                with body.spooled:
                    answer = await _answer(host, asked, body.context, _arrived(actor, request, body))
        _count(host, actor, answer)
        return answer_json(tell_scan(answer, actor), 202 if answer.is_waiting else 200)

    @door.route(
        "GET", "/scans/{scan}", Permission.MEDIA_SCAN, Told(summary="What became of a scan.", parameters=(_SCAN,))
    )
    async def show_scan(request: Request, actor: Actor) -> Response:
        scan_id = request.path_params["scan"]

        def ask() -> ScanAnswer:
            with read(host.service.house.engine) as tx:
                return present_answer(find_request(tx, scan_id))

        return answer_json(tell_scan(await host.ask(ask), actor))


async def _scan_named(host: Host, asked: _Asked, request: Request) -> ScanAnswer:
    """Have media fetched and scanned, all of it in a thread and in a place for scans."""
    if CONTEXT_HEADER in request.headers:
        raise InvalidValue("What is known of media that is named stands beside its name in the body: leave the header.")
    named = await read_named_media(request)
    return await _answer(host, asked, named, named.referred(host.service, _key_of(request, asked.actor)))


async def _receive(request: Request, host: Host) -> _Body:
    """Take the media into the sealed spool, and read what comes with it."""
    spool, most = host.service.spool, host.max_bytes
    require_room(request, most)
    kind = request.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/"):
        context = _header_context(request)
        return _Body(spooled=await spool_body(request.stream(), spool, max_bytes=most), context=context)
    body = MultipartBody(request.stream(), kind)
    await body.find_media()
    spooled = await spool_body(_media(body), spool, max_bytes=most)
    try:
        told = body.small.get(CONTEXT)
        return _Body(spooled=spooled, context=_header_context(request) if told is None else read_context(told))
    except BaseException:
        spooled.drop()
        raise


async def _media(body: MultipartBody) -> AsyncIterator[bytes]:
    async for chunk in body.media():
        yield chunk


def _header_context(request: Request) -> Context:
    told = request.headers.get(CONTEXT_HEADER)
    return NOTHING_TOLD if told is None else read_context(told)


async def _answer(host: Host, asked: _Asked, context: Context, arrived: Arrived | Referred) -> ScanAnswer:
    """Have media scanned now, or kept to be scanned later: because it was asked for, or because we are busy."""
    actor = asked.actor
    arrivals = host.service.arrivals(banks_in_scope(actor, context.banks))
    if not asked.waits:
        return await host.keep(lambda: arrivals.queue(actor, arrived))
    if asked.may_wait:
        try:
            return await host.scan(lambda: arrivals.take_in(actor, arrived))
        except NoPlace:
            if not host.keeps_when_busy:
                raise
    return await host.keep(lambda: arrivals.put_off(actor, arrived, OwnFault.BUSY))


def _arrived(actor: Actor, request: Request, body: _Body) -> Arrived:
    context = body.context
    return Arrived(
        spooled=body.spooled,
        origin=context.as_origin(),
        subject=context.as_subject(),
        key=_key_of(request, actor),
    )


def _waits(request: Request) -> bool:
    asked = request.query_params.get("wait", "true").lower()
    if asked not in _WAITS:
        raise InvalidValue("`wait` is true or false. Nothing was done.")
    return _WAITS[asked]


def _key_of(request: Request, actor: Actor) -> IdempotencyKey | None:
    key = request.headers.get(KEY_HEADER)
    return None if key is None else IdempotencyKey(scope=_scope_of(actor), key=key)


def _scope_of(actor: Actor) -> str:
    return f"key:{actor.key_id}" if actor.key_id is not None else f"{actor.kind.value}:{actor.name}"


def tell_scan(answer: ScanAnswer, actor: Actor) -> dict[str, Any]:
    """Return what an answer tells of a scan: a repeat tells verdict and ids, which is all that is kept of the first."""
    told: dict[str, Any] = {
        "scan": answer.id,
        "verdict": answer.verdict.value if answer.verdict else None,
        "kept": answer.kept.value,
        "case": answer.case_id,
        "evidence": answer.evidence_id,
        "job": answer.job_id,
        "status": f"/api/v1/scans/{answer.id}" if answer.job_id is not None else None,
        "fault": answer.fault or None,
        "treatment": answer.treatment.value if answer.treatment else None,
        "is_repeat": answer.is_repeat,
    }
    result = answer.result
    if result is not None:
        told |= {
            "compared": {kind.value: count for kind, count in result.compared.items()},
            "not_compared": [
                {"type": each.type.value, "reason": each.reason.value, "detail": each.detail}
                for each in result.answers
                if isinstance(each, NoSignal)
            ],
            "against": result.against,
            "matches": [tell_match(match, actor.permissions) for match in result.matches],
            "matches_omitted": result.matches_omitted,
        }
    return told


def _count(host: Host, actor: Actor, answer: ScanAnswer) -> None:
    host.figures.verdicts.labels(answer.verdict.value if answer.verdict else "queued").inc()
    if answer.fault and not answer.is_repeat:
        treatment = answer.treatment.value if answer.treatment else ""
        host.figures.unscanned.labels(answer.fault, treatment).inc()
    matches = answer.result.matches if answer.result else ()
    host.service.gate.note_distances(actor, count_distances(matches, actor.permissions))
    for each in answer.result.answers if answer.result else ():
        if isinstance(each, NoSignal):
            host.figures.reasons.labels(each.type.value, each.reason.value).inc()
