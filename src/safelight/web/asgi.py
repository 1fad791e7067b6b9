"""The application: routes mounted, errors told as problems, requests counted and logged without anything of theirs."""

from collections.abc import Sequence
from functools import partial
from importlib.metadata import version

from fastapi import APIRouter, FastAPI
from prometheus_client import generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from safelight.app.deadline_parts import deadline_rules
from safelight.app.service import Service
from safelight.app.workspace import Workspace
from safelight.banks.queries import installation_id
from safelight.database.transaction import read
from safelight.errors import RateLimited, RequestInFlight, SpoolFull
from safelight.flow.review.showing import Showing
from safelight.reporting.setup_queries import list_setups
from safelight.roles import Actor, Permission
from safelight.web.api.actions import add_actions
from safelight.web.api.audit import add_audit
from safelight.web.api.bank_edits import add_bank_edits
from safelight.web.api.banks import add_banks
from safelight.web.api.cases import add_cases
from safelight.web.api.entries import add_entries
from safelight.web.api.evidence import add_evidence
from safelight.web.api.flags import add_flags
from safelight.web.api.hashing import add_hashing
from safelight.web.api.holds import add_holds
from safelight.web.api.jobs import add_jobs
from safelight.web.api.lists import add_lists
from safelight.web.api.lookup import add_lookup
from safelight.web.api.notices import add_notices
from safelight.web.api.scan import add_scan
from safelight.web.api.spool import add_spool
from safelight.web.api.why import add_why
from safelight.web.console.app import ConsoleApp
from safelight.web.console.condition import read_condition
from safelight.web.console.console import Console
from safelight.web.declared import require_declared
from safelight.web.document import ABOUT, complete_document
from safelight.web.door import Door, Told
from safelight.web.doors import Doors
from safelight.web.guard import Authenticate
from safelight.web.health import add_health
from safelight.web.hma.app import hma_app
from safelight.web.hma.parts import HmaParts
from safelight.web.host import Host, open_host
from safelight.web.looking_up import note_lookups
from safelight.web.patience import Limits, Patience
from safelight.web.problem import tell_problem
from safelight.web.refusal import BUSY, Refusal, tell_refusals
from safelight.web.served import serve_plainly
from safelight.web.watched import watch
from safelight.web.watching import Watching

_FOR_NOW = frozenset({BUSY, RateLimited.code, RequestInFlight.code, SpoolFull.code})
"""What is counted as turned away: the same request, sent again later, may be answered."""


def build_app(
    service: Service, authenticate: Authenticate, *, has_api: bool = True, showing: Showing | None = None
) -> ASGIApp:
    """Return the application of a service: the API with HMA's surface, the console's pages, or both.

    `showing` is what the console shows evidence by; None for no console.
    """
    host = open_host(service, authenticate)
    app = api_app(host)
    tell_refusals(app, tell_problem, note=partial(_count_refusal, host))
    watch(host)
    settings = service.house.settings
    limits = Limits(silence_s=settings.request_silence_seconds, whole_s=settings.request_seconds)
    console = None if showing is None else ConsoleApp(open_console(host, showing))
    doors = Doors(app, hma_app(hma_parts(host), authenticate), console, has_api=has_api)
    return Watching(Patience(doors, limits), host.figures)


def open_console(host: Host, showing: Showing) -> Console:
    """Return the parts of the console, out of those of a service."""
    house = host.service.house
    return Console(
        settings=house.settings,
        desk=house.sign_in_desk,
        questions=host.questions,
        condition=lambda: read_condition(host),
        review_desk=house.review_desk,
        showing=showing,
        report_desk=house.report_desk,
        outcome_desk=house.outcome_desk,
        deadlines=deadline_rules(house.settings),
        destinations=lambda: _destinations(house),
    )


def _destinations(house: Workspace) -> Sequence[str]:
    """Return the names of the destinations that a report can be drafted to at this moment."""
    with read(house.engine) as tx:
        return [each.name for each in list_setups(tx) if not each.is_off]


def api_app(host: Host) -> Starlette:
    """Return what answers at our own paths, and with their document. Raises RuntimeError as `require_declared` does."""
    told = FastAPI(title="Safelight", version=version("safelight"), description=ABOUT, openapi_url=None)
    _add_routes(told, host)
    require_declared(told.routes)
    return serve_plainly(told.routes, lambda: complete_document(told.openapi()))


def hma_parts(host: Host) -> HmaParts:
    """Return what answers HMA's clients, out of the parts of a service."""
    service = host.service
    with read(service.house.engine) as tx:
        installation = installation_id(tx)
    return HmaParts(
        engine=service.house.engine,
        clock=service.house.clock,
        banks=service.banks,
        installation=installation,
        hashers=service.hashers,
        spool=service.spool,
        max_bytes=host.max_bytes,
        count=service.watch.count,
        told_distances=service.gate.note_distances,
        looked_up=partial(note_lookups, service.gate, host.figures),
        refused=partial(_count_refusal, host),
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
    add_flags,
    add_actions,
    add_jobs,
    add_evidence,
    add_holds,
    add_audit,
    add_spool,
    add_notices,
)
"""What adds the routes of our API, by what they are about."""


def _count_refusal(host: Host, refusal: Refusal) -> None:
    if refusal.code in _FOR_NOW:
        host.figures.refused.labels(refusal.code).inc()


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
