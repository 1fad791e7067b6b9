"""A route that does not say what permission it takes keeps the service from starting, however it was added."""

import pytest
from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from safelight.roles import Permission
from safelight.web.declared import declarations, require_declared
from safelight.web.door import PERMISSION, Door, Told


async def answer(_request: Request) -> Response:
    return PlainTextResponse("x")


async def nobody(_request: Request) -> None:
    return None


@pytest.fixture
def app() -> FastAPI:
    app, router = FastAPI(openapi_url=None), APIRouter(prefix="/api")
    door = Door(router, nobody)
    door.route("GET", "/read", Permission.BANK_READ, Told(summary="Read."))(answer)
    door.open_route("/open", Told(summary="Open."))(answer)
    app.include_router(router)
    return app


def test_what_doors_add_is_declared(app: FastAPI) -> None:
    require_declared(app.routes)
    assert set(declarations(app.routes)) == {("GET", "/api/read", "bank:read"), ("GET", "/api/open", "none")}


def test_a_route_beside_the_doors_is_refused(app: FastAPI) -> None:
    app.add_api_route("/beside", answer)
    with pytest.raises(RuntimeError, match="GET /beside"):
        require_declared(app.routes)


@pytest.mark.parametrize("extra", [None, {}, {PERMISSION: ""}, {PERMISSION: "bank:raed"}])
def test_a_route_of_an_included_router_is_refused_too_shown_or_not(app: FastAPI, extra: dict | None) -> None:
    router = APIRouter()
    router.add_api_route("/hidden", answer, include_in_schema=False, openapi_extra=extra)
    app.include_router(router)
    with pytest.raises(RuntimeError, match="/hidden"):
        require_declared(app.routes)


@pytest.mark.parametrize("route", [Route("/plain", answer), Mount("/mounted", answer)])
def test_a_route_that_is_none_of_fastapi_s_is_refused_too(app: FastAPI, route: Route | Mount) -> None:
    app.routes.append(route)
    with pytest.raises(RuntimeError, match=route.path):
        require_declared(app.routes)
