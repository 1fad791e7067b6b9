"""The application: routes mounted, errors told as problems, requests counted and logged without anything of theirs."""

from collections.abc import Sequence
from importlib.metadata import version

from fastapi import APIRouter, FastAPI
from prometheus_client import generate_latest
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp

from safelight.app.service import Service
from safelight.errors import RateLimited, RequestInFlight, SafelightError, SpoolFull
from safelight.hashing.signal import Signal, SignalType
from safelight.intake.spool import ContentTooLarge
from safelight.roles import Actor, Permission
from safelight.web.answer import BodyTooLarge
from safelight.web.api.audit import add_audit
from safelight.web.api.bank_edits import add_bank_edits
from safelight.web.api.banks import add_banks
from safelight.web.api.cases import add_cases
from safelight.web.api.entries import add_entries
from safelight.web.api.evidence import add_evidence
from safelight.web.api.hashing import add_hashing
from safelight.web.api.holds import add_holds
from safelight.web.api.jobs import add_jobs
from safelight.web.api.lists import add_lists
from safelight.web.api.lookup import add_lookup
from safelight.web.api.notices import add_notices
from safelight.web.api.scan import add_scan
from safelight.web.api.spool import add_spool
from safelight.web.api.why import add_why
from safelight.web.arriving import ArrivalCutOff
from safelight.web.declared import require_declared
from safelight.web.document import ABOUT, complete_document
from safelight.web.door import Authenticate, Door, Told
from safelight.web.doors import Doors
from safelight.web.figures import Figures
from safelight.web.health import add_health
from safelight.web.hma.app import hma_app
from safelight.web.hma.parts import HmaParts
from safelight.web.host import Host, open_host
from safelight.web.patience import Limits, Patience
from safelight.web.places import NoPlace
from safelight.web.problem import answer_error, answer_fault, answer_problem
from safelight.web.watched import watch
from safelight.web.watching import Watching

_FOR_NOW = frozenset({RateLimited.code, RequestInFlight.code, SpoolFull.code})
"""What is counted as turned away: the same request, sent again later, may be answered."""


def build_app(service: Service, authenticate: Authenticate) -> ASGIApp:
    """Return the application of a service."""
    app = FastAPI(
        title="Safelight",
        version=version("safelight"),
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    host = open_host(service, authenticate)
    _add_routes(app, host)
    _add_problems(app, host.figures)
    watch(host)
    require_declared(app.routes)
    document = complete_document(app.openapi())
    app.openapi = lambda: document  # type: ignore[method-assign] # the way that FastAPI says
    settings = service.house.settings
    limits = Limits(silence_s=settings.request_silence_seconds, whole_s=settings.request_seconds)
    return Watching(Patience(Doors(app, hma_app(hma_parts(host), authenticate)), limits), host.figures)


def hma_parts(host: Host) -> HmaParts:
    """Return what answers HMA's clients, out of the parts of a service."""
    service = host.service

    def note(actor: Actor, signals: Sequence[Signal]) -> None:
        service.gate.note_lookups(actor, [each.value for each in signals if each.type is SignalType.PDQ])

    return HmaParts(
        engine=service.house.engine,
        clock=service.house.clock,
        holdings=lambda: service.banks.holdings,
        find_entries=service.banks.find_entries,
        hashers=service.hashers,
        spool=service.spool,
        max_bytes=host.max_bytes,
        count=service.watch.count,
        looked_up=note,
        told_distances=service.gate.note_distances,
        fetch=service.fetch,
        place=host.places.place,
        questions=host.questions,
        scanning=host.scanning,
    )


_ADDED = (
    add_scan,
    add_lookup,
    add_why,
    add_hashing,
    add_banks,
    add_bank_edits,
    add_entries,
    add_lists,
    add_cases,
    add_jobs,
    add_evidence,
    add_holds,
    add_audit,
    add_spool,
    add_notices,
)
"""What adds the routes of our API, by what they are about."""


def _add_routes(app: FastAPI, host: Host) -> None:
    router, top = APIRouter(prefix="/api/v1"), APIRouter()
    door = Door(router, host.authenticate)
    for add in _ADDED:
        add(door, host)
    outer = Door(top, host.authenticate)
    add_health(outer, host)
    _add_metrics(outer, host)
    app.include_router(router)
    app.include_router(top)


def _add_metrics(door: Door, host: Host) -> None:
    @door.route("GET", "/metrics", Permission.METRICS_READ, Told(summary="Figures for Prometheus."))
    async def metrics(_request: Request, _actor: Actor) -> Response:
        text = await host.ask(lambda: generate_latest(host.figures.registry))
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")


def _add_problems(app: FastAPI, figures: Figures) -> None:
    """Tell every error as a problem. What nobody foresaw is told as a fault of ours, without its text."""

    @app.exception_handler(SafelightError)
    async def ours(_request: Request, error: Exception) -> Response:
        assert isinstance(error, SafelightError)  # noqa: S101 - what the handler is for
        if error.code in _FOR_NOW:
            figures.refused.labels(error.code).inc()
        return answer_error(error)

    @app.exception_handler(Exception)
    async def unforeseen(_request: Request, _error: Exception) -> Response:
        return answer_fault()

    @app.exception_handler(HTTPException)
    async def unknown(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - what the handler is for
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "usage")
        return answer_problem(error.status_code, code, str(error.detail), headers=error.headers)

    @app.exception_handler(BodyTooLarge)
    @app.exception_handler(ContentTooLarge)
    async def too_large(_request: Request, error: Exception) -> Response:
        return answer_problem(413, "too_large", str(error))

    @app.exception_handler(ArrivalCutOff)
    @app.exception_handler(ClientDisconnect)
    async def cut_off(_request: Request, error: Exception) -> Response:
        return answer_problem(408, "cut_off", str(error) or "The sender went away.")

    @app.exception_handler(NoPlace)
    async def full(_request: Request, error: Exception) -> Response:
        figures.refused.labels("busy").inc()
        return answer_problem(503, "busy", str(error), headers={"Retry-After": str(NoPlace.retry_after_s)})
